import type { EngineRequest } from './engine-request.ts'

/** What a request has in common with others of its session: the session's name, or else the content of its first block; undefined where it has neither. */
export function sessionOf({ session, blockKeys }: EngineRequest): string | number | undefined {
  return session ?? blockKeys[0]
}
