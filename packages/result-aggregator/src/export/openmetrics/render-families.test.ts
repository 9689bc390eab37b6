import { expect, test } from 'vitest'
import { renderFamilies } from './render-families.ts'

test('labels and words of others stay in their place', () => {
  const samples = [{ suffix: '_total', labels: { class: 'a\\b"c\nd\u001b[31m', none: undefined }, value: Infinity }]
  expect(renderFamilies([{ name: 'x', type: 'counter', help: 'two\nlines', samples }], { run: 'r' })).toBe(
    ['# TYPE x counter', '# HELP x two\\nlines', 'x_total{run="r",class="a\\\\b\\"c\\nd [31m"} +Inf', '# EOF', ''].join(
      '\n',
    ),
  )
})

test('a family without a sample is not told', () => {
  expect(renderFamilies([{ name: 'x', type: 'gauge', help: '', samples: [] }], {})).toBe('# EOF\n')
})
