/** A thread that `simulateInThreads` starts; nothing imports it. */
import { enableCompileCache } from 'node:module'

// As the program itself does, which a thread does not take over: without it half of its start is taking types off.
enableCompileCache()
await import('./simulate-on-demand.ts')
