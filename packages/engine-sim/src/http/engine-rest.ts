import { ApiError } from './api-error.ts'
import { type Exchange, type Handler, sendJson, sendNothing } from './exchange.ts'
import type { Routes } from './router.ts'
import type { GenerationSeat } from './serve-generation.ts'

type Mode = 'abort' | 'wait' | 'keep'
const modes: readonly string[] = ['abort', 'wait', 'keep']

/** What of an engine can be woken by itself. */
const memories = ['weights', 'kv_cache']

/**
 * Whether the engine is paused or sleeps, and the routes that see to it.
 *
 * A paused engine takes requests and lets them wait. Those that run are aborted (`abort`, the default), served to their end (`wait`), or stay
 * where they are (`keep`); then the cache is forgotten, unless asked not to be, and what runs loses what was computed for it. One that sleeps is
 * paused too, and from level 1 on its cache is gone; it goes on when all of it has been woken.
 *
 * Source: `pause_scheduler`, `sleep`, `wake_up` of vLLM 0.33.0 (`v1/engine/core.py`), and `serve/dev/rlhf`, `serve/dev/sleep` for the routes.
 */
export class EngineRest {
  readonly #seat: GenerationSeat
  readonly #recordSleep: (level: number | undefined) => void
  #isPaused = false
  readonly #asleep = new Set<string>()

  constructor(seat: GenerationSeat, recordSleep: (level: number | undefined) => void) {
    this.#seat = seat
    this.#recordSleep = recordSleep
  }

  get routes(): Routes {
    return {
      '/pause': { POST: (exchange) => this.#pause(exchange) },
      '/resume': { POST: ({ response }) => this.#resume(response) },
      '/is_paused': { GET: ({ response }) => sendJson(response, JSON.stringify({ is_paused: this.#isPaused })) },
      '/sleep': { POST: (exchange) => this.#sleep(exchange) },
      '/wake_up': { POST: (exchange) => this.#wake(exchange) },
      '/is_sleeping': { GET: ({ response }) => sendJson(response, JSON.stringify({ is_sleeping: this.#isSleeping })) },
    }
  }

  /** vLLM takes one that is paused for one that sleeps. */
  get #isSleeping(): boolean {
    return this.#isPaused || this.#asleep.size > 0
  }

  async #pause({ request, response }: Exchange): Promise<void> {
    const query = queryOf(request.url)
    const mode = flagOf(query, 'wait_for_inflight_requests', false) ? 'wait' : modeOf(query)
    await this.#rest(mode, flagOf(query, 'clear_cache', true))
    sendJson(response, JSON.stringify({ status: 'paused' }))
  }

  #resume(response: Exchange['response']): void {
    this.#isPaused = false
    if (this.#asleep.size === 0) this.#seat.driver.release()
    sendJson(response, JSON.stringify({ status: 'resumed' }))
  }

  async #sleep({ request, response }: Exchange): Promise<void> {
    const query = queryOf(request.url)
    const level = levelOf(query)
    await this.#rest(modeOf(query), level >= 1)
    if (level >= 1) for (const memory of memories) this.#asleep.add(memory)
    this.#recordSleep(level)
    sendNothing(response)
  }

  #wake({ request, response }: Exchange): void {
    const tags = queryOf(request.url).getAll('tags')
    for (const memory of tags.length === 0 ? memories : tags) this.#asleep.delete(memory)
    if (this.#asleep.size === 0) {
      this.#isPaused = false
      this.#seat.driver.release()
    }
    // As vLLM tells it: awake, though a part of it was woken.
    this.#recordSleep(undefined)
    sendNothing(response)
  }

  async #rest(mode: Mode, forgets: boolean): Promise<void> {
    const { stops, driver } = this.#seat
    this.#isPaused = true
    if (mode === 'abort') for (const stop of [...stops]) stop()
    await driver.hold({ what: mode === 'keep' ? 'all' : 'new', forgets })
  }
}

/** What else is reset where there is nothing to reset: the model reads text alone. */
export const resetNothing: { readonly POST: Handler } = { POST: ({ response }) => sendNothing(response) }

function queryOf(url = '/'): URLSearchParams {
  return new URL(url, 'http://server').searchParams
}

function modeOf(query: URLSearchParams): Mode {
  const mode = query.get('mode') ?? 'abort'
  if (modes.includes(mode)) return mode as Mode
  throw refuse('mode', 'literal_error', "Input should be 'abort', 'wait' or 'keep'")
}

/** As pydantic reads a truth value. */
function flagOf(query: URLSearchParams, name: string, otherwise: boolean): boolean {
  const given = query.get(name)?.toLowerCase()
  if (given === undefined) return otherwise
  if (['1', 'true', 't', 'yes', 'y', 'on'].includes(given)) return true
  if (['0', 'false', 'f', 'no', 'n', 'off'].includes(given)) return false
  throw refuse(name, 'bool_parsing', 'Input should be a valid boolean, unable to interpret input')
}

function levelOf(query: URLSearchParams): number {
  const given = query.get('level') ?? '1'
  if (/^[012]$/.test(given)) return Number(given)
  throw refuse('level', 'literal_error', 'Input should be 0, 1 or 2')
}

function refuse(field: string, type: string, msg: string): ApiError {
  const loc = `query.${field}`
  return new ApiError(`1 validation error:\n  {'type': '${type}', 'loc': '${loc}', 'msg': "${msg}"}`, {
    type: 'Bad Request',
    param: loc,
  })
}
