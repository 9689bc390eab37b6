import type { EngineRequest } from '../engine-request.ts'

/**
 * Chooses the engine of a fleet that takes a request. Equal calls in equal order give equal answers.
 *
 * What it is told of is over: of the steps that ended before the instant at which it chooses, and of no other, however late or early the
 * engines are called. Source: offline replay of Dynamo, where the events of a pass reach the router when the pass is over.
 */
export interface Router {
  /** Number of the engine, from 0. Whoever asks sends the request there. */
  choose(request: EngineRequest, nowMs: number): number
  /** A request came to its first token. Absent, as the others: it need not be told. */
  began?(engine: number, request: EngineRequest): void
  /** A request ended, or was aborted. */
  ended?(engine: number, request: EngineRequest): void
  /** What an engine holds has changed: content keys of blocks, negative for those that it no longer holds. */
  changed?(engine: number, keys: readonly number[]): void
}

/** Makes the router of a fleet of so many engines. It keeps a state of its own: one for a fleet. */
export type RouterMaker = (engines: number) => Router
