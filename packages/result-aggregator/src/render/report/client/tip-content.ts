/** What hovering shows: a title, lines of name and value, and a closing remark. Built as elements, so no text can become markup. */
export interface TipContent {
  readonly title: string
  readonly lines: readonly (readonly [name: string, value: string])[]
  readonly remark?: string
}

export function tipElement({ title, lines, remark }: TipContent): HTMLElement {
  const tip = element('div', { class: 'tip' }, element('b', {}, title))
  const rows = lines.map(([name, value]) => element('tr', {}, element('th', {}, name), element('td', {}, value)))
  tip.append(element('table', {}, element('tbody', {}, ...rows)))
  if (remark !== undefined) tip.append(element('i', {}, remark))
  return tip
}

/** The same for a screen reader. */
export function tipText({ title, lines, remark }: TipContent): string {
  return [title, ...lines.map(([name, value]) => `${name} ${value}`), ...(remark === undefined ? [] : [remark])].join(
    ', ',
  )
}

/** An element with attributes and children; strings become text. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}
