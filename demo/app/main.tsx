import { QueryClientProvider } from '@tanstack/react-query'
import { AuthProvider } from 'authed'
import { AuthDevtools } from 'authed/devtools'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { client, faults, queryClient } from './session.ts'
import './styles/index.css'

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <AuthProvider client={client}>
        <App />
        <AuthDevtools faults={faults} position="bottom-right" />
      </AuthProvider>
    </QueryClientProvider>
  </StrictMode>,
)
