/** What came over a connection is not HTTP as it should be: nothing after it can be trusted. */
export class MalformedHttp extends Error {
  override readonly name = 'MalformedHttp'
}
