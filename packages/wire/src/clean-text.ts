import { plainText } from '@reprise/safe-text'

/** Text of a server made fit for one line of a message. */
export function cleanText(text: string, maxLength = 400): string {
  return plainText(text, maxLength)
}
