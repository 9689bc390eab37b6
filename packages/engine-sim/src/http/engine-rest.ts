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
 * A paused engine takes no step. Those that run are aborted (`abort`, the default) or served to their end (`wait`), and new ones are refused; or
 * those that run stay where they are, and new ones wait (`keep`). Then the cache is forgotten, unless asked not to be, and what stayed loses what
 * was computed for it. One that sleeps is paused too, and lets new ones wait; from level 1 on its cache is gone, and it goes on when all of it
 * has been woken.
 *
 * Source: `pause_generation`, `pause_scheduler`, `sleep`, `wake_up` of vLLM 0.33.0 (`v1/engine/core.py`), and `entrypoints/rl/online`,
 * `entrypoints/serve/dev/sleep` for the routes.
 */
export class EngineRest {
  readonly #seat: GenerationSeat
  readonly #recordSleep: (level: number | undefined) => void
  #isPaused = false
  /** New requests are refused. */
  #refuses = false
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

  /** A route whose requests are refused while the engine is paused and does not let them wait. */
  guarding({ POST }: { readonly POST: Handler }, renderError: (error: ApiError) => string): { readonly POST: Handler } {
    return {
      POST: (exchange) => {
        if (!this.#refuses) return POST(exchange)
        exchange.request.resume()
        sendJson(exchange.response, renderError(paused), paused.status)
      },
    }
  }

  /** vLLM takes one that is paused for one that sleeps. */
  get #isSleeping(): boolean {
    return this.#isPaused || this.#asleep.size > 0
  }

  async #pause({ request, response }: Exchange): Promise<void> {
    const query = queryOf(request.url)
    const mode = modeOf(query)
    const clears = flagOf(query, 'clear_cache', true)
    this.#refuses = mode !== 'keep'
    await this.#rest(mode, clears)
    sendJson(response, JSON.stringify({ status: 'paused' }))
  }

  #resume(response: Exchange['response']): void {
    this.#isPaused = false
    this.#refuses = false
    if (this.#asleep.size === 0) this.#seat.driver.release()
    sendJson(response, JSON.stringify({ status: 'resumed' }))
  }

  async #sleep({ request, response }: Exchange): Promise<void> {
    const query = queryOf(request.url)
    const level = levelOf(query)
    await this.#rest(modeOf(query), level >= 1)
    if (level >= 1) for (const memory of memories) this.#asleep.add(memory)
    this.#recordSleep(level)
    sendJson(response, JSON.stringify({ status: 'sleeping', level }))
  }

  #wake({ request, response }: Exchange): void {
    const tags = queryOf(request.url).getAll('tags')
    for (const memory of tags.length === 0 ? memories : tags) this.#asleep.delete(memory)
    const isAwake = this.#asleep.size === 0
    if (isAwake) {
      this.#isPaused = false
      this.#refuses = false
      this.#seat.driver.release()
      this.#recordSleep(undefined)
    }
    const status = isAwake ? 'awake' : 'sleeping'
    sendJson(response, JSON.stringify({ status, tags: tags.length === 0 ? null : tags }))
  }

  async #rest(mode: Mode, forgets: boolean): Promise<void> {
    const { stops, driver } = this.#seat
    this.#isPaused = true
    if (mode === 'abort') for (const stop of [...stops]) stop()
    await driver.hold({ what: mode === 'keep' ? 'all' : 'new', loses: forgets ? 'all' : 'nothing' })
  }
}

const paused = new ApiError('Generation is paused. Please retry after it resumes.', {
  status: 503,
  type: 'ServiceUnavailableError',
})

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
