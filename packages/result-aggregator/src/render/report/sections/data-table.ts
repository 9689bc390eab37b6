import { type Html, html } from '../../html.ts'
import { explain } from './explain.ts'

export interface Column<Row> {
  readonly head: string
  /** What the column is; shown on hover and read out. */
  readonly about?: string
  readonly cell: (row: Row) => string | number | Html
  /** Text stands left, numbers right. */
  readonly text?: true
}

/** A table to read and to copy, folded away under its summary; unfolded on paper. */
export function dataTable<Row>(
  summary: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { open = false, note }: { readonly open?: boolean; readonly note?: string } = {},
): Html {
  const cells = (row: Row) =>
    columns.map(({ cell, text }, index) =>
      index === 0
        ? html`<th scope="row">${spoken(cell(row))}</th>`
        : html`<td${text ? html` class="text"` : ''}>${spoken(cell(row))}</td>`,
    )
  return html`<details class="table"${open ? html` open` : ''}><summary>${summary}</summary>${note === undefined ? '' : html`<p class="note">${note}</p>`}
<div class="scroll" tabindex="0" role="region" aria-label="${summary}"><table><thead><tr>${columns.map(
    ({ head, about = explain(head), text }) =>
      html`<th scope="col"${text ? html` class="text"` : ''}${about ? html` title="${about}"` : ''}>${head}</th>`,
  )}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody></table></div></details>`
}

/** A dash stands for what was not measured, and who cannot see it is told so. */
function spoken(cell: string | number | Html): string | number | Html {
  return cell === '-' ? html`<span aria-hidden="true">-</span><span class="spoken">not measured</span>` : cell
}
