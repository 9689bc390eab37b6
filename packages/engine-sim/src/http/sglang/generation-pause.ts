import { z } from 'zod'
import { type Exchange, sendJson } from '../exchange.ts'
import { parseBody, parseJson } from '../parse-body.ts'
import type { Routes } from '../router.ts'
import type { GenerationSeat } from '../serve-generation.ts'
import { readSglangJson } from './read-sglang-json.ts'

const Pause = z.looseObject({ mode: z.enum(['abort', 'retract', 'in_place']).default('abort') })
const Continue = z.looseObject({ torch_empty_cache: z.boolean().default(true) })

/**
 * `POST /pause_generation` and `/continue_generation`. Until the second, requests that come wait. Those that are there are stopped (`abort`, the
 * default), or stay where they are (`in_place`), or those of them that run lose what was computed for them and wait again (`retract`); what is
 * cached stays. Of the last two the reply does not wait for the step under way.
 *
 * Source: `pause_generation` and `continue_generation` of SGLang 0.5.23 (`managers/scheduler.py`, `managers/tokenizer_manager.py`,
 * `entrypoints/http_server.py`). There an abort takes a second where anything runs, and what a step under way brings is told after `in_place` ends.
 */
export function pausing({ driver, stops }: GenerationSeat): Routes {
  const pause = async ({ request, response }: Exchange) => {
    const { mode } = parseBody(Pause, parseJson(await readSglangJson(request)))
    if (mode === 'abort') for (const stop of [...stops]) stop()
    const held = driver.hold({ what: 'all', loses: mode === 'retract' ? 'running' : 'nothing' })
    if (mode === 'abort') await held
    sendJson(response, JSON.stringify({ message: 'Generation paused successfully.', status: 'ok' }))
  }
  const goOn = async ({ request, response }: Exchange) => {
    parseBody(Continue, parseJson(await readSglangJson(request)))
    driver.release()
    sendJson(response, JSON.stringify({ message: 'Generation continued successfully.', status: 'ok' }))
  }
  return { '/pause_generation': { POST: pause }, '/continue_generation': { POST: goOn } }
}
