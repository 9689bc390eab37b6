/** A series of a metrics page: its name and its labels. */
export interface SeriesKey {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
}

/** One text for a series, however its page orders the labels: `name{a="1",b="2"}`. A name that the classic form cannot hold is quoted. */
export function renderSeriesKey({ name, labels }: SeriesKey): string {
  if (labels.size === 0 && plainName.test(name)) return name
  const pairs = [...labels].sort(([one], [other]) => (one < other ? -1 : 1))
  const shown = pairs.map(([label, value]) => `${plainLabel.test(label) ? label : quote(label)}=${quote(value)}`)
  return plainName.test(name) ? `${name}{${shown.join(',')}}` : `{${[quote(name), ...shown].join(',')}}`
}

const plainName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const plainLabel = /^[a-zA-Z_][a-zA-Z0-9_]*$/

function quote(text: string): string {
  return `"${text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))}"`
}
