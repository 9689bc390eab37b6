import { parseResponseHead, type ResponseHead } from './http-response-head.ts'

/** Reads heads, and keeps the last: a server's replies within one second often have the same, byte for byte. */
export class HeadMemory {
  #text: string | undefined
  #head: ResponseHead | undefined

  /** As `parseResponseHead`. @throws MalformedHttp */
  read(text: string): ResponseHead {
    if (this.#head && text === this.#text) return this.#head
    this.#head = parseResponseHead(text)
    this.#text = text
    return this.#head
  }
}
