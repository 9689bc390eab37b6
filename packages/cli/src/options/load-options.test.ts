import { presetOf, presets } from '@reprise/replay-engine'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addLoadOptions, checkLoadOptions } from './load-options.ts'

const options = { seed: 1, lanes: [1] }

test('every preset is named where one is asked for', () => {
  const help = addLoadOptions(new Command()).helpInformation()
  for (const name of Object.keys(presets)) expect(help).toContain(name)
})

test.each(Object.keys(presets))('%s takes lengths or traces, whichever it plays', (preset) => {
  const traces = () => checkLoadOptions({ ...options, preset, traces: 'x' })
  const lengths = () => checkLoadOptions({ ...options, preset, isl: 1 })
  if (presetOf(preset)?.fixedLengthTracesPerLane === undefined) {
    expect(traces).not.toThrow()
    expect(lengths).toThrow(/--isl, --osl and --range-ratio are lengths of --preset fixed-seq-len: name that preset/)
  } else {
    expect(traces).toThrow(`--preset ${preset} makes its own requests`)
    expect(lengths).not.toThrow()
  }
})
