import { printable } from '@reprise/safe-text'
import { EndpointError } from './endpoint-error.ts'

/** Where an endpoint's routes are. */
interface EndpointUrl {
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
 * @throws EndpointError when it is no http or https URL, or holds a user, a password or a query: none of them is ever sent, and what is
 * measured names its address in every file. The message does not repeat them.
 */
export function parseEndpointUrl(text: string): EndpointUrl {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) throw refused(text, 'it is not an http or https URL', cureOf(text))
  if (url.username !== '' || url.password !== '' || /[?#]/.test(text))
    throw refused(
      text,
      'it holds a user, a password or a query, and every file of a run names its address',
      'Leave them out; a key goes into an environment variable, named with --api-key-env',
    )
  const root = url.pathname.replace(/\/(v1(\/.*)?)?$/, '')
  return { origin: url.origin, root, api: `${root}/v1` }
}

/** A host with its port, or an address of digits, is what is meant by others than URLs. */
function cureOf(text: string): string {
  const isHost = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5}|(?<=\.\d{1,3}))(\/[\w./-]*)?$/i.test(text)
  return isHost ? `Write http://${text}` : 'Give one such as http://127.0.0.1:8000'
}

function refused(text: string, found: string, cure: string): EndpointError {
  return new EndpointError({ url: withoutSecrets(text), tried: 'reading the address', found, cure })
}

/** What stands before an @ or behind a ? may be secret, however the rest is mistyped. */
function withoutSecrets(text: string): string {
  const place = printable(text.slice(text.lastIndexOf('@') + 1).replace(/[?#].*$/s, '?...'), 200)
  return text.includes('@') ? `...@${place}` : place
}
