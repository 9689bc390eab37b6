/** The operator of the endpoint, or whoever gave its address, can act on this. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError'
  readonly url: string
  /** What was asked of it, such as `GET /v1/models`. */
  readonly tried: string
  readonly cure: string

  constructor({ url, tried, found, cure }: { url: string; tried: string; found: string; cure: string }) {
    super(`${url}: ${tried}: ${found}. ${cure}`)
    this.url = url
    this.tried = tried
    this.cure = cure
  }
}
