import { crc32 } from 'node:zlib'

/**
 * A JSON object's text with its checksum as one more field at its end: `{"a":1}` becomes `{"a":1,"crc":"5af3ea47"}`.
 *
 * The checksum is the CRC-32 of the line's UTF-8 bytes before `,"crc":`, in eight hexadecimal digits, so that a line is still JSON and
 * can be checked without reading it as such. `json` is an object with at least one field.
 */
export function sealLine(json: string): string {
  const body = json.slice(0, -1)
  return `${body},"crc":"${checksum(body)}"}`
}

/** The text that was sealed; `undefined` where the line is not whole or was changed since. */
export function unsealLine(line: string): string | undefined {
  const seal = sealPattern.exec(line)
  if (!seal) return undefined
  const body = line.slice(0, seal.index)
  return seal[1] === checksum(body) ? `${body}}` : undefined
}

const sealPattern = /,"crc":"([0-9a-f]{8})"\}$/

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0')
}
