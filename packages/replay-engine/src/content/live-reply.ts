/** What a server replied, as later prompts of the session have it. */
export interface LiveReply {
  /** As it stands in JSON, in ASCII. */
  readonly escaped: string
  /** As far as is known. */
  readonly tokens: number
  /** Filler behind the last block of the prompt that it answers. */
  readonly tailTokens: number
  readonly tailKey: string
}

/** A text between the quotes of a JSON string, in ASCII. */
export function escapedText(text: string): string {
  return asciiJson(JSON.stringify(text)).slice(1, -1)
}

/** JSON whose every character is one of ASCII. */
export function asciiJson(json: string): string {
  return json.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
