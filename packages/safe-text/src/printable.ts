/**
 * Foreign text as one line that a terminal shows and nothing more: what moves the cursor, changes direction or breaks the line is a blank, as
 * is every run of white space, unless `keepBlanks`. At most `limit` UTF-16 units long, with an ellipsis where something was cut, and no half
 * of a character there.
 */
export function printable(text: string, limit = 120, { keepBlanks = false } = {}): string {
  // Cut first: of a megabyte of error page no more is searched than may be shown.
  const searched = limit * searchedPerShown
  const beginning = text.slice(0, searched)
  const flat = beginning.replace(keepBlanks ? unshown : blank, ' ').trim()
  const isCut = flat.length > limit || (text.length > searched && shown.test(text.slice(searched)))
  return isCut ? `${flat.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/u, '')}…` : flat
}

const searchedPerShown = 16
const unshown = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]+/gu
const blank = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\s]+/gu
const shown = /[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\s]/u
