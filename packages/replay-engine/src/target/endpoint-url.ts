import { cleanText } from '@reprise/wire'
import { EndpointError } from './endpoint-error.ts'

/** Where an endpoint's routes are. */
export interface EndpointUrl {
  /** Scheme, host and port. */
  readonly origin: string
  /** Path of the server's own routes, `/tokenize` for one; empty or without a slash at its end. */
  readonly root: string
  /** Path of the OpenAI routes: `root` and `/v1`. */
  readonly api: string
}

/**
 * Takes `http://host:port`, with or without `/v1`, and a full route such as `.../v1/chat/completions`.
 *
 * @throws EndpointError when it is no http or https URL.
 */
export function parseEndpointUrl(text: string): EndpointUrl {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new EndpointError({
      url: cleanText(text, 200),
      tried: 'reading the address',
      found: 'it is not an http or https URL',
      cure: 'Give one such as http://127.0.0.1:8000',
    })
  }
  const root = url.pathname.replace(/\/(v1(\/.*)?)?$/, '')
  return { origin: url.origin, root, api: `${root}/v1` }
}
