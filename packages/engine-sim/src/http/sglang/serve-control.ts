import { z } from 'zod'
import type { EngineDriver } from '../../drive/engine-driver.ts'
import { type Exchange, sendNothing, sendText } from '../exchange.ts'
import { parseBody, parseJson, validationError } from '../parse-body.ts'
import type { GenerationSeat } from '../serve-generation.ts'
import { readSglangJson } from './read-sglang-json.ts'
import type { RequestsInFlight } from './requests-in-flight.ts'

/** `GET /health`, `/health_generate`: an idle engine is given one token to make, a busy one is healthy. SGLang itself takes a second over it. */
export function serveHealth(driver: EngineDriver, { response, onError }: Exchange): void {
  if (driver.inFlight > 0) {
    sendNothing(response)
    return
  }
  const one = { promptTokens: 1, blockKeys: new Float64Array(0), outputTokens: 1, finishReason: 'length' as const }
  const abort = driver.submit(one, {
    tokens: () => {},
    finished: () => sendNothing(response),
    failed: (error) => {
      response.destroy()
      onError(error)
    },
  })
  response.on('close', abort)
}

const plainText = 'text/plain; charset=utf-8'
const retryMs = 20

/** `GET` or `POST /flush_cache?timeout=S`: forgets what is cached, as soon as nothing runs within the seconds that it may wait. */
export async function serveFlush({ driver, clock }: GenerationSeat, { request, response }: Exchange): Promise<void> {
  const untilMs = clock.now() + timeoutMsOf(request.url ?? '/')
  for (; !response.destroyed; await new Promise<void>((done) => clock.at(clock.now() + retryMs, done))) {
    if (driver.resetPrefixCache()) return sendText(response, 'Cache flushed.\n', { type: plainText, status: 200 })
    if (clock.now() >= untilMs) return sendText(response, 'Flush cache failed.\n', { type: plainText, status: 400 })
  }
}

function timeoutMsOf(url: string): number {
  const given = new URL(url, 'http://server').searchParams.get('timeout')
  const seconds = given === null ? 0 : given.trim() === '' ? Number.NaN : Number(given)
  if (seconds >= 0) return seconds * 1e3
  const msg = 'Input should be a number of at least 0'
  throw validationError([{ type: 'greater_than_equal', loc: 'query.timeout', msg, input: given }])
}

const AbortRequest = z.looseObject({ rid: z.string().nullish(), abort_all: z.boolean().nullish() })

/** `POST /abort_request`: of one request by its name, or of all; one that is not there is no error. */
export async function serveAbort(inFlight: RequestsInFlight, { request, response }: Exchange): Promise<void> {
  const { rid, abort_all: all } = parseBody(AbortRequest, parseJson(await readSglangJson(request)))
  if (all) inFlight.stopAll()
  else if (rid) inFlight.stop(rid)
  sendNothing(response)
}
