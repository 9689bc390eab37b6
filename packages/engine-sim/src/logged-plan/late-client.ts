/** How late a client is, in milliseconds of the run that it plays. */
export interface LateClient {
  /** When it sends a request that is due then. */
  readonly sendsMs: (id: string, dueMs: number) => number
  /** When it knows of a token that reaches it then. */
  readonly seesMs: (atMs: number) => number
}

/** Sends what is due and sees what comes. */
export const punctualClient: LateClient = { sendsMs: (_, dueMs) => dueMs, seesMs: (atMs) => atMs }
