import { renderApiError } from './api-error.ts'
import { serveDetokenize, serveModels, serveTokenize } from './control-routes.ts'
import { EngineRest, resetNothing } from './engine-rest.ts'
import { type Handler, sendJson, sendMetrics, sendNothing } from './exchange.ts'
import type { Manner } from './manner.ts'
import { renderMessagesError } from './messages-shape.ts'
import { openapiOf } from './openapi.ts'
import type { Routes } from './router.ts'
import { type GenerationSeat, generating, serveChat, serveCompletion, serveResponses } from './serve-generation.ts'
import { serveCountTokens, serveMessages } from './serve-messages.ts'
import { VllmPage } from './vllm-page.ts'

const engineVersion = '0.33.0'

/** As vLLM speaks. */
export const vllmManner: Manner = {
  title: `vLLM ${engineVersion}`,
  renderError: renderApiError,
  start: ({ engine }) => {
    const metrics = new VllmPage(engine)
    return { metrics, routes: (seat) => routesOf(seat, metrics) }
  },
}

/** What `/version` answers: whose manners the server has, and that it is not that engine. */
const version = `${engineVersion}+reprise.sim`

function routesOf(seat: GenerationSeat, metrics: VllmPage): Routes {
  const { model, driver } = seat
  const rest = new EngineRest(seat, (level) => metrics.recordSleep(level))
  const open = (route: { readonly POST: Handler }) => rest.guarding(route, renderApiError)
  const routes: Routes = {
    '/v1/chat/completions': open(generating(seat, (exchange) => serveChat(seat, exchange))),
    '/v1/completions': open(generating(seat, (exchange) => serveCompletion(seat, exchange))),
    '/v1/responses': open(generating(seat, (exchange) => serveResponses(seat, exchange))),
    '/v1/messages': rest.guarding(
      generating(seat, (exchange) => serveMessages(seat, exchange), renderMessagesError),
      renderMessagesError,
    ),
    '/v1/messages/count_tokens': { POST: (exchange) => serveCountTokens(model, exchange) },
    '/v1/models': { GET: (exchange) => serveModels(model, exchange) },
    '/tokenize': { POST: (exchange) => serveTokenize(model, exchange) },
    '/detokenize': { POST: (exchange) => serveDetokenize(model, exchange) },
    '/health': { GET: ({ response }) => sendNothing(response) },
    '/ping': { GET: ({ response }) => sendNothing(response), POST: ({ response }) => sendNothing(response) },
    // What SGLang names so, and here the whole of the engine: the description that `--engine` takes.
    '/server_info': { GET: ({ response }) => sendJson(response, JSON.stringify(model.engine)) },
    '/version': { GET: ({ response }) => sendJson(response, JSON.stringify({ version })) },
    '/load': { GET: ({ response }) => sendJson(response, JSON.stringify({ server_load: driver.inFlight })) },
    '/metrics': { GET: ({ response }) => sendMetrics(response, metrics.render(driver.counts)) },
    '/reset_prefix_cache': {
      POST: ({ response }) => sendJson(response, JSON.stringify({ success: driver.resetPrefixCache() })),
    },
    '/reset_mm_cache': resetNothing,
    '/reset_encoder_cache': resetNothing,
    ...rest.routes,
    '/openapi.json': { GET: ({ response }) => sendJson(response, JSON.stringify(openapiOf(routes, version))) },
  }
  return routes
}
