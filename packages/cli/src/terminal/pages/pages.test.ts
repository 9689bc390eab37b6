import { expect, test } from 'vitest'
import { findTopic, topicNames } from './find-topic.ts'
import { parsePage } from './parse-page.ts'
import { readPages } from './read-pages.ts'
import { renderPage } from './render-page.ts'

const page = `# Words

What a **lane** is ([loads](loads.md), [here](https://a.example), [why](decisions/0019-many-processes.md)).
![a picture](x.png)

| word | meaning |
| --- | --- |
| \`ttft\`, \`co_ttft\` | the time to the first token, which is long enough that this row has to be wrapped |
| lane | an agent \\| at work |

## Start at once

- one that is so long that it cannot stand on a line of forty
- two

\`\`\`
npx reprise
\`\`\`

### Small

Text.

## After
`

const blocks = parsePage(page)

test('a page as a terminal shows it', () => {
  expect(renderPage(blocks, 40)).toBe(`WORDS

  What a lane is (loads, here
  (https://a.example), why (help
  0019-many-processes)).

  \`ttft\`, \`co_ttft\`
      the time to the first token, which
      is long enough that this row has
      to be wrapped
  lane
      an agent | at work

START AT ONCE

  - one that is so long that it cannot
    stand on a line of forty
  - two

      npx reprise

Small

  Text.

AFTER

`)
})

test('a table that is narrow enough keeps its columns', () => {
  const table = parsePage('| a | b |\n| --- | --- |\n| 1 | x |\n| 22 | |')
  expect(renderPage(table, 20)).toBe('  a   b\n  1   x\n  22\n\n')
})

const pages = [
  { name: 'words', blocks },
  { name: 'other', blocks: parsePage('# At once\n\n| ttft | 5 |\n| --- | --- |\n| ttft | 6 |') },
]
const titles = (topic: string) => findTopic(pages, topic).map((found) => [found.page, found.blocks.length])

test('a topic is a page, a word of any table, a heading, or words of one', () => {
  expect(titles('words')).toEqual([['words', blocks.length]])
  expect(titles('co_ttft')).toEqual([['words', 1]])
  expect(titles('TTFT')).toEqual([
    ['words', 1],
    ['other', 1],
  ])
  expect(titles('start at once')).toEqual([['words', 6]])
  expect(titles('start')).toEqual([['words', 6]])
  expect(titles('small')).toEqual([['words', 2]])
  expect(titles('nothing of it')).toEqual([])
  expect(titles('--')).toEqual([])
  expect(topicNames(pages)).toEqual(['words', 'other', 'ttft', 'co-ttft', 'lane'])
})

test('all pages of the project are there, and fit a terminal of 80 columns but for what has no blanks', () => {
  const all = readPages()
  expect(all[0]?.name).toBe('glossary')
  expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(['traces', 'pipeline', 'loads']))
  for (const { name, blocks } of all) {
    const text = renderPage(
      blocks.filter(({ kind }) => kind !== 'code'),
      80,
    )
    const wide = text.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '))
    expect(wide, name).toEqual([])
    expect(text, name).not.toMatch(/\]\(|\*\*/)
  }
})

test.each(['ttft', 'lane', 'late-dispatch', 'exit codes', 'trace check', 'wait for'])(
  'of %s they say something',
  (topic) => {
    expect(findTopic(readPages(), topic)).not.toEqual([])
  },
)
