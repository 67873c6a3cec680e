import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The library's own configuration builds a library; stories are a page. */
export default defineConfig({ plugins: [react()] })
