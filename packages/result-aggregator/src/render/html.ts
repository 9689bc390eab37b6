import { htmlText } from '@reprise/safe-text'

/** Markup that may stand in a page as it is. Made by `html` alone, so that foreign text cannot become one. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | undefined | false | readonly Part[]

/** A template whose values are escaped; markup and lists of it go in as they are, `undefined` and `false` as nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => `${text}${render(parts[index])}`).join(''))
}

/** JSON that can stand in a script element: nothing in it ends the element or begins a comment. */
export function jsonForScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'))
}

function render(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'string') return htmlText(part)
  return typeof part === 'number' ? String(part) : part.map(render).join('')
}
