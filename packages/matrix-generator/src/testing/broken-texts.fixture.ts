import type { BrokenFile } from './broken-file.fixture.ts'
import { augustMaster } from './master-files.fixture.ts'
import { edit, fixed, head } from './master-texts.fixture.ts'

const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefghi']
  .map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(', ')}]`)
  .join('\n')}\n`

/** Texts that are no YAML, or that somebody means harm with; wrong inheritance; broken runners files. */
export const brokenTexts: readonly BrokenFile[] = [
  // --- YAML itself
  {
    name: 'duplicate key of an entry',
    code: 'duplicate-key',
    text: edit('  precision: fp8\n', '  precision: fp8\n  ▸precision: fp4\n'),
  },
  { name: 'duplicate config key', code: 'duplicate-key', text: `${augustMaster}▸tiny-fp8-h100-vllm:\n  image: y\n` },
  {
    name: 'duplicate key in flow form',
    code: 'duplicate-key',
    text: fixed('      - { tp: 4, ▸tp: 8, conc-list: [1] }'),
  },
  { name: 'number as a key', code: 'key', text: edit('  precision: fp8\n', '  precision: fp8\n  ▸8: x\n') },
  { name: 'yes as a key', code: 'key', text: edit('  precision: fp8\n', '  precision: fp8\n  ▸yes: x\n') },
  { name: 'list as a key', code: 'key', text: '? ▸[a, b]\n: x\n' },
  { name: 'tab as indentation', code: /^yaml-/, text: edit('  precision: fp8\n', '▸\tprecision: fp8\n') },
  {
    name: 'unclosed bracket',
    code: /^yaml-/,
    text: `${head}  multinode: false\n  scenarios:\n    fixed-seq-len: [{ isl: 1\n▸`,
  },
  { name: 'unclosed quote', code: /^yaml-/, text: 'a: "never closed▸' },
  { name: 'two values on a line', code: /^yaml-/, text: edit('  precision: fp8', '  precision: "fp8" ▸"fp4"') },
  { name: 'bad indentation', code: /^yaml-/, text: edit('  precision: fp8\n', '▸ precision: fp8\n') },
  { name: 'line indented too far', code: /^yaml-/, text: edit('  precision: fp8\n', '   ▸precision: fp8\n') },
  { name: 'colon forgotten', code: /^yaml-/, text: edit('  precision: fp8\n', '  ▸precision fp8\n') },
  { name: 'carriage returns alone', code: 'line-end', text: 'a: 1▸\rb: 2\r' },
  { name: 'nothing but commas', code: /^yaml-/, text: `a: [,▸${','.repeat(50_000)}]\n` },
  {
    name: 'key that every object has',
    code: 'unknown-key',
    text: edit('  precision: fp8\n', '  precision: fp8\n  ▸constructor: { prototype: 1 }\n'),
  },
  { name: 'date that is none', code: 'wrong-type', text: edit('precision: fp8', 'precision: ▸2026-99-99') },
  { name: 'half a character', code: 'unsafe-text', text: edit('model: example/tiny', 'model: ▸"a\\ud800b"') },
  { name: 'unknown anchor', code: 'alias', text: fixed('      - { tp: 4, conc-list: ▸*concurrencies }') },
  { name: 'anchor inside itself', code: 'alias', text: 'a: &a\n  b: ▸*a\n' },
  { name: 'merge of a number', code: 'merge', text: fixed('      - { tp: &four 4, conc-list: [1], <<: ▸*four }') },
  {
    name: 'merge key with an unknown key',
    code: 'unknown-key',
    text: fixed('      - &base { tp: 4, conc-list: [1], ▸oops: 1 }\n      - { <<: *base, tp: 8 }'),
  },
  {
    name: 'tag that runs code',
    code: /^yaml-/,
    text: edit('  model: example/tiny', '  model: ▸!!python/object/apply:os.system [id]'),
  },
  { name: 'two documents', code: /^yaml-/, text: `${augustMaster}▸---\nb: 2\n` },
  { name: 'alias bomb', code: 'too-large', text: bomb.replace('f: &f [*e, *e, *e, *e', 'f: &f [*e, *e, *e, ▸*e') },
  { name: 'ten megabytes of brackets', code: 'too-deep', text: `a: ${'['.repeat(47)}▸${'['.repeat(10_000_000)}` },
  { name: 'ten megabytes of mappings', code: 'too-deep', text: `${'{a: '.repeat(47)}▸${'{a: '.repeat(2_500_000)}` },
  { name: 'ten megabytes of dashes', code: 'too-deep', text: `${'- '.repeat(48)}▸${'- '.repeat(5_000_000)}` },
  {
    name: 'indented without end',
    code: 'too-deep',
    text: Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}${i === 48 ? '▸' : ''}a:`).join('\n'),
  },
  { name: 'too long a file', code: 'too-large', text: `a: ${'x'.repeat(1024 * 1024 - 3)}▸${'x'.repeat(9_000_000)}` },
  { name: 'file that is a list', code: 'master-form', text: '▸- a\n- b\n' },
  { name: 'file that is text', code: 'master-form', text: '▸just words\n' },
  { name: 'empty file', code: 'master-form', text: '▸' },
  { name: 'only comments', code: 'master-form', text: '▸# nothing here\n' },
  // --- inheritance
  { name: 'unknown template', code: 'extends', text: `templates: { base: { image: x } }\ntiny:\n  extends: ▸bsae\n` },
  {
    name: 'template that extends itself',
    code: 'extends',
    text: `templates:\n  base:\n    extends: ▸base\ntiny:\n  extends: base\n`,
  },
  {
    name: 'wrong value in a template',
    code: 'wrong-type',
    text: `templates:\n  base:\n    precision: ▸8\n${augustMaster.replace('  precision: fp8\n', '  extends: base\n')}`,
  },
  { name: 'defaults as a list', code: 'extends', text: `defaults: ▸[a]\n${augustMaster}` },
  {
    name: 'extends without templates',
    code: 'unknown-key',
    text: edit('  precision: fp8\n', '  precision: fp8\n  ▸extends: base\n'),
  },
  // --- runners.yaml
  { name: 'runners: label without runners', file: 'runners', code: 'out-of-bounds', text: 'labels:\n  h100: ▸[]\n' },
  { name: 'runners: label as text', file: 'runners', code: 'wrong-type', text: 'labels:\n  h100: ▸h100-lab_00\n' },
  { name: 'runners: number as a runner', file: 'runners', code: 'wrong-type', text: 'labels:\n  h100: [a, ▸5]\n' },
  {
    name: 'runners: hardware without GPUs',
    file: 'runners',
    code: 'missing-key',
    text: 'labels: { h100: [a] }\nhardware:\n  ▸h100: { available-cpu-dram-mib: 5 }\n',
  },
  {
    name: 'runners: no DRAM',
    file: 'runners',
    code: 'out-of-bounds',
    text: 'labels: { h100: [a] }\nhardware:\n  h100: { available-cpu-dram-mib: ▸0, gpus-per-node: 8 }\n',
  },
  {
    name: 'runners: unknown key',
    file: 'runners',
    code: 'unknown-key',
    text: 'labels: { h100: [a] }\n▸hardwares: {}\n',
  },
  { name: 'runners: a list', file: 'runners', code: 'runners-form', text: '▸- h100\n' },
]
