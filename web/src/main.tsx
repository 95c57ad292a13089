/**
 * The console. In: the HTTP API under /api/v1 and its one push stream. Out: pages a person reads, and an address bar that holds
 * all of what they look at. Always holds: nothing comes from another host; what came from the network is drawn as text, never as
 * markup; a paused page draws nothing new but misses nothing. Grammar, columns and units belong to `query/filter` and `schema`;
 * sums, rates and roles belong to the server.
 */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/client.ts'
import { App } from './app.tsx'
import './ui/tokens.css'
import './ui/base.css'

const RETRIES = 2

const client = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // Only what a retry can help is tried again: no answer, or a server that was busy.
      retry: (failures, error) => failures < RETRIES && error instanceof ApiError && (error.status === 0 || error.status === 503),
    },
  },
})

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
