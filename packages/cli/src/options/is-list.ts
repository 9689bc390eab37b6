import type { Option } from 'commander'

/** Whether the value of an option is a list with commas, as its `<n,...>` says. */
export function isList({ flags }: Option): boolean {
  return /,\.\.\.[\]>]$/.test(flags)
}
