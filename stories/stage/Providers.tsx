import { QueryClientProvider } from '@tanstack/react-query'
import { AuthProvider } from 'authed'
import type { ReactNode } from 'react'
import type { Stage } from './stage.ts'

/** What every app puts around itself once. */
export const Providers = ({ stage, children }: { stage: Stage; children: ReactNode }) => (
  <QueryClientProvider client={stage.queryClient}>
    <AuthProvider client={stage.client}>{children}</AuthProvider>
  </QueryClientProvider>
)
