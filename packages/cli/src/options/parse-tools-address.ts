import { InvalidArgumentError } from 'commander'

/** An address that harnesses push to. */
export interface ToolsAddress {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
}

/**
 * An address as ZeroMQ writes it: `tcp://HOST:PORT`, where `*` is every interface, or a free port.
 *
 * @throws InvalidArgumentError
 */
export function parseToolsAddress(text: string): ToolsAddress {
  const [, host = '', port = ''] = /^tcp:\/\/(\*|[\w.-]+|\[[0-9a-f:.]+\]):(\d{1,5}|\*)$/i.exec(text) ?? []
  if (host === '' || Number(port) > 65_535)
    throw new InvalidArgumentError(
      'write tcp://HOST:PORT, as tcp://127.0.0.1:20390; * is every interface, or a free port',
    )
  return { host: host === '*' ? '0.0.0.0' : host.replace(/^\[|\]$/g, ''), port: port === '*' ? 0 : Number(port) }
}
