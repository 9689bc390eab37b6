import { type Exchange, type Handler, sendJson, sendMetrics, sendNothing } from '../exchange.ts'
import type { Manner } from '../manner.ts'
import type { Routes } from '../router.ts'
import { generating } from '../serve-generation.ts'
import { pausing } from './generation-pause.ts'
import { renderSglangError } from './render-sglang-error.ts'
import { RequestsInFlight } from './requests-in-flight.ts'
import { serveAbort, serveFlush, serveHealth } from './serve-control.ts'
import { type SglangSeat, serveGenerate, serveSglangChat, serveSglangCompletion } from './serve-sglang.ts'
import { serveSglangCountTokens, serveSglangMessages } from './serve-sglang-messages.ts'
import { renderResponsesError, serveSglangResponses } from './serve-sglang-responses.ts'
import { loadsOf, modelInfo, serverInfo, sglangModels, sglangVersion } from './sglang-info.ts'
import { SglangMetrics } from './sglang-metrics.ts'
import { serveSglangDetokenize, serveSglangTokenize } from './sglang-tokenize.ts'

/** As SGLang speaks that was started with `--enable-metrics --enable-cache-report`. */
export const sglangManner: Manner = {
  title: `SGLang ${sglangVersion.split('+', 1)[0]}`,
  renderError: renderSglangError,
  start: (setting) => {
    const metrics = new SglangMetrics(setting)
    return { metrics, routes: (seat) => routesOf({ ...seat, inFlight: new RequestsInFlight() }, metrics) }
  },
}

/** Source: `entrypoints/http_server.py` of SGLang 0.5.23. */
function routesOf(seat: SglangSeat, metrics: SglangMetrics): Routes {
  const { model, driver, inFlight } = seat
  const { engine } = model
  const json = (value: () => object): { readonly GET: Handler } => ({
    GET: ({ response }) => sendJson(response, JSON.stringify(value())),
  })
  const nothing: Handler = ({ response }) => sendNothing(response)
  const models = json(() => sglangModels(engine))
  const info = json(() => modelInfo(engine))
  const told = json(() => serverInfo(seat, metrics.rankStates))
  const health: Handler = (exchange) => serveHealth(driver, exchange)
  const flush: Handler = (exchange) => serveFlush(seat, exchange)
  const tokenize = { POST: (exchange: Parameters<Handler>[0]) => serveSglangTokenize(model, exchange) }
  const detokenize = { POST: (exchange: Exchange) => serveSglangDetokenize(seat.model, exchange) }
  return {
    '/v1/chat/completions': generating(seat, (exchange) => serveSglangChat(seat, exchange)),
    '/v1/completions': generating(seat, (exchange) => serveSglangCompletion(seat, exchange)),
    '/generate': both(seat),
    '/v1/responses': generating(seat, (exchange) => serveSglangResponses(seat, exchange), renderResponsesError),
    '/v1/messages': generating(seat, (exchange) => serveSglangMessages(seat, exchange)),
    '/v1/messages/count_tokens': { POST: (exchange) => serveSglangCountTokens(model, exchange) },
    ...{ '/v1/models': models, '/model_info': info, '/get_model_info': info },
    ...{ '/server_info': told, '/get_server_info': told },
    '/v1/loads': json(() => loadsOf(seat, metrics.rankStates)),
    ...{ '/tokenize': tokenize, '/v1/tokenize': tokenize, '/detokenize': detokenize, '/v1/detokenize': detokenize },
    ...{ '/health': { GET: health }, '/health_generate': { GET: health } },
    ...{ '/ready': { GET: nothing }, '/ping': { GET: nothing } },
    '/flush_cache': { GET: flush, POST: flush },
    '/abort_request': { POST: (exchange) => serveAbort(inFlight, exchange) },
    ...pausing(seat),
    '/metrics': { GET: ({ response }) => sendMetrics(response, metrics.render(driver.counts)) },
  }
}

function both(seat: SglangSeat): { readonly POST: Handler; readonly PUT: Handler } {
  const { POST } = generating(seat, (exchange) => serveGenerate(seat, exchange))
  return { POST, PUT: POST }
}
