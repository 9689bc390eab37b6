import type { ScalarTag } from 'yaml'

/**
 * How a plain scalar of a master file is read: YAML 1.1 as PyYAML's safe loader reads it, because that is what the files were
 * written for. `yes` and `off` are booleans, `2_063_837` is a number, `1e3` and `12e5` stay text (PyYAML wants a dot), and a
 * date is a date, which no field of ours takes: the schema then asks for quotes.
 *
 * Source: PyYAML 6, resolver and constructor of SafeLoader.
 */
export const scalarTags: ScalarTag[] = [
  plain('tag:yaml.org,2002:null', /^(?:~|null|Null|NULL|)$/, () => null),
  plain(
    'tag:yaml.org,2002:bool',
    /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
    (text) => /^(?:yes|true|on)$/i.test(text),
  ),
  plain(
    'tag:yaml.org,2002:int',
    /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
    parseInteger,
  ),
  plain(
    'tag:yaml.org,2002:float',
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    parseFloating,
  ),
  plain(
    'tag:yaml.org,2002:timestamp',
    /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/,
    (text) => new Date(Date.parse(`${text.slice(0, 10)}T00:00:00Z`)),
  ),
]

function plain(tag: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag {
  return { tag, default: true, test, resolve }
}

function parseInteger(text: string): number {
  const clean = text.replaceAll('_', '').replace(/^\+/, '')
  const negative = clean.startsWith('-')
  const digits = negative ? clean.slice(1) : clean
  return (negative ? -1 : 1) * magnitude(digits)
}

function magnitude(digits: string): number {
  if (/^0[bx]/.test(digits)) return Number(digits)
  if (digits.includes(':')) return sexagesimal(digits)
  if (digits.length > 1 && digits.startsWith('0')) return Number.parseInt(digits, 8)
  return Number(digits)
}

function parseFloating(text: string): number {
  const clean = text.replaceAll('_', '').toLowerCase()
  if (clean.endsWith('.nan')) return Number.NaN
  const sign = clean.startsWith('-') ? -1 : 1
  const digits = clean.replace(/^[-+]/, '')
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY
  return sign * (digits.includes(':') ? sexagesimal(digits) : Number(digits))
}

function sexagesimal(digits: string): number {
  return digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}
