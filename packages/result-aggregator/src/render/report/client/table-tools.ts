import { renderCsvCell } from '../../csv-cell.ts'
import { actionButton } from './action-button.ts'
import { fileName, saveFile } from './save-file.ts'
import { element } from './tip-content.ts'

/** Gives every table of the page two buttons: copied it can be pasted into a sheet or a text, and it is saved as CSV. */
export function startTables(): void {
  for (const place of document.querySelectorAll<HTMLElement>('.scroll')) {
    const title = place.getAttribute('aria-label') ?? 'table'
    const tools = element(
      'p',
      { class: 'tools' },
      actionButton('Copy table', `Copy table: ${title}`, () => copyTable(place)),
      actionButton('CSV', `CSV of the table: ${title}`, () =>
        saveFile(fileName(title, 'csv'), 'text/csv', tableCsv(rowsOf(place))),
      ),
    )
    place.before(tools)
  }
}

/** Rows of a table as they are shown. */
export function tableCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(renderCsvCell).join(',')}\r\n`).join('')
}

function rowsOf(place: Element): string[][] {
  return [...place.querySelectorAll('tr')].map((row) => [...row.children].map(shownText))
}

/** Without what is only said to who cannot see; of a field what stands in it. */
function shownText(cell: Element): string {
  const copy = cell.cloneNode(true) as Element
  for (const spoken of copy.querySelectorAll('.spoken')) spoken.remove()
  const field = cell.querySelector('input')
  return (field?.value ?? copy.textContent ?? '').trim()
}

/** As text with tabs, which sheets take, and as a table for whatever takes one. */
function copyTable(place: Element): void {
  const rows = rowsOf(place)
  const text = rows.map((cells) => cells.map((cell) => cell.replace(/\s+/g, ' ')).join('\t')).join('\n')
  const onCopy = (event: ClipboardEvent) => {
    event.preventDefault()
    event.clipboardData?.setData('text/plain', text)
    event.clipboardData?.setData('text/html', htmlTable(rows))
  }
  document.addEventListener('copy', onCopy, { once: true })
  // A page from a disk may not ask for the clipboard; a command that a user gave may use it.
  document.execCommand('copy')
  document.removeEventListener('copy', onCopy)
}

function htmlTable(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell))))
  return element('table', {}, ...lines).outerHTML
}
