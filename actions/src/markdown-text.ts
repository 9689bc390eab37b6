import { oneLine } from './one-line.ts'

/** Foreign text for a cell of a Markdown table or a sentence: no markup, no HTML, no mention, no link, no end of the cell. */
export function markdownText(text: string, limit = 200): string {
  return oneLine(text, limit).replace(marks, (mark) => `&#${mark.charCodeAt(0)};`)
}

/** An underscore inside a word marks nothing, and names are full of them. */
const marks = /[&<>@\\`*{}[\]()#!|~$]|:(?=\/\/)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g

/** Foreign text between the tags of an HTML block. */
export function htmlText(text: string, limit = 200): string {
  return oneLine(text, limit).replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`)
}
