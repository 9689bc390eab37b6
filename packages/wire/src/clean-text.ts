const MAX_LENGTH = 400

/**
 * Text from outside made fit for one line of a message: control and format characters (terminal escapes, line ends, bidirectional
 * marks) become spaces, runs of white space become one, and what is longer than `maxLength` characters is cut and ends in an ellipsis.
 */
export function cleanText(text: string, maxLength = MAX_LENGTH): string {
  // Cut first: a megabyte of error page need not be searched.
  const clean = text
    .slice(0, maxLength * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\s]+/gu, ' ')
    .trim()
  if (clean.length <= maxLength) return clean
  return `${[...clean.slice(0, maxLength - 1)].filter(isWhole).join('')}…`
}

/** False for half of a character that the cut went through. */
function isWhole(character: string): boolean {
  return character.length > 1 || !/\p{Cs}/u.test(character)
}
