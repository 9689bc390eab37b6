/** Who speaks in a message. */
export type Role = 'system' | 'user' | 'assistant'
