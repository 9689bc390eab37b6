import { expect, test } from 'vitest'
import { htmlText } from './html-text.ts'
import { markdownBlock, markdownText } from './markdown-text.ts'

test('names stay readable, marks of Markdown and HTML do not work', () => {
  for (const name of ['dsr1-fp4-b200-sglang', 'sim_tp1_conc4', 'about 3.5 s, 8+8 GPUs'])
    expect(markdownText(name)).toBe(name)
  const hostile = '|a|\n# b <img src=x onerror=1> [c](http://d) `e` @everyone ![f](g) **h** _i_ &amp; http://j :k:'
  const safe = markdownText(hostile)
  expect(safe).not.toMatch(/[|\n<>[\]`*@!]|:\/\/|_i_/)
  expect(decoded(safe)).toBe(hostile.replace('\n', ' '))
})

test('foreign lines cannot end the block that they stand in', () => {
  const block = markdownBlock(['a', '```', '~~~~ ``````', '<details>'])
  const [fence] = block.split('\n')
  expect(fence).toBe('```````text')
  expect(block.split('\n').filter((line) => line.startsWith('```````'))).toHaveLength(2)
})

test('HTML has no element and no end of an attribute in it', () => {
  expect(htmlText(`<b a='1' c="2">&amp;</b>`)).toBe('&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;&lt;/b&gt;')
})

function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
}
