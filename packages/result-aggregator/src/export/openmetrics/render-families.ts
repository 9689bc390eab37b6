export interface Sample {
  /** Behind the name of its family: `_total`, `_count`, or nothing. */
  readonly suffix: string
  /** Those that are undefined are left out. */
  readonly labels: Readonly<Record<string, string | undefined>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: 'gauge' | 'counter' | 'summary' | 'info'
  readonly unit?: string
  readonly help: string
  readonly samples: readonly Sample[]
}

/** OpenMetrics text; families without a sample are left out. `common` labels stand on every sample. */
export function renderFamilies(families: readonly Family[], common: Readonly<Record<string, string>>): string {
  const lines = families.flatMap(({ name, type, unit, help, samples }) =>
    samples.length === 0
      ? []
      : [
          `# TYPE ${name} ${type}`,
          ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
          `# HELP ${name} ${escaped(help)}`,
          ...samples.map(
            ({ suffix, labels, value }) =>
              `${name}${suffix}${renderLabels({ ...common, ...labels })} ${numberText(value)}`,
          ),
        ],
  )
  return [...lines, '# EOF', ''].join('\n')
}

function renderLabels(labels: Sample['labels']): string {
  const told = Object.entries(labels).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${escaped(value)}"`],
  )
  return told.length === 0 ? '' : `{${told.join(',')}}`
}

function numberText(value: number): string {
  return value === Infinity ? '+Inf' : String(value)
}

/** Source: OpenMetrics 1.0, escaping: backslash, line feed, quote. Other control characters have no business there. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('"', '\\"')
    .replace(/\p{Cc}/gu, ' ')
}
