import { InvalidArgumentError } from 'commander'

/** `1-64`, or `64` for all up to it. `parse`: of one end. @throws InvalidArgumentError */
export function parseRange(
  text: string,
  { least, parse }: { readonly least: number; readonly parse: (text: string) => number },
): { readonly from: number; readonly to: number } {
  const [first, last, ...others] = text.split('-').map((part) => part.trim())
  if (first === undefined || others.length > 0) throw new InvalidArgumentError('Write the least and the most: 1-64.')
  const range = last === undefined ? { from: least, to: parse(first) } : { from: parse(first), to: parse(last) }
  if (range.from > range.to) throw new InvalidArgumentError('The least comes first: 1-64.')
  return range
}
