import { Script } from 'node:vm'
import { expect, test } from 'vitest'
import { readFidelityAssets, readReportAssets, readTracesAssets } from './report-assets.ts'

test.each([readTracesAssets, readFidelityAssets])('%o: one plain script too', (read) => {
  const { script } = read()
  expect(script).not.toMatch(/^\s*(import|export)\s/m)
  expect(() => new Script(script)).not.toThrow()
})

test('the page script is one plain script: no module, no types, no name twice', () => {
  const { script, chartLibrary, style } = readReportAssets()
  expect(script).not.toMatch(/^\s*(import|export)\s/m)
  expect(() => new Script(script)).not.toThrow()
  const names = [...script.matchAll(/^(?:async )?(?:function|const|let|class) (\w+)/gm)].map(([, name]) => name)
  expect(names.filter((name, at) => names.indexOf(name) < at)).toEqual([])
  expect(script.indexOf('function paretoFrontier')).toBeLessThan(script.indexOf('startPage(JSON.parse'))
  expect(chartLibrary).toContain('Apache')
  expect(style).not.toMatch(/url\(|@import/)
})
