import type { Completed, CompletedCommand, CompletedFlag } from './completion-tree.ts'

/** A script that has fish complete the words of `reprise`, and say what they are. */
export function renderFish(tree: readonly CompletedCommand[]): string {
  return `# Completion of reprise for fish, made by: reprise completion fish
function __reprise_at
    set -l place ''
    for word in (commandline -opc)[2..-1]
        switch "$place $word"
            case ${tree.flatMap(({ path, commands }) => commands.map(({ word }) => quoted(`${path} ${word}`))).join(' ')}
                set place (string trim -- "$place $word")
        end
    end
    test "$place" = "$argv[1]"
end
complete -c reprise -f
${tree.flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, commands, flags, operands }: CompletedCommand): string[] {
  const at = `complete -c reprise -n ${quoted(`__reprise_at ${quoted(path)}`)}`
  return [
    ...commands.map(({ word, about }) => `${at} -a ${quoted(word)} -d ${quoted(about)}`),
    ...flags.map((flag) => `${at} ${flagWords(flag)} -d ${quoted(flag.about)}`),
    ...(operands.kind === 'files' ? [`${at} -F`] : []),
    ...(operands.kind === 'words' ? [`${at} -a ${quoted(operands.words.join(' '))}`] : []),
  ]
}

function flagWords({ word, value }: CompletedFlag): string {
  const long = `-l ${quoted(word.replace(/^--/, ''))}`
  return value === undefined ? long : `${long} ${valueWords(value)}`
}

function valueWords(value: Completed): string {
  if (value.kind === 'words') return `-x -a ${quoted(value.words.join(' '))}`
  return value.kind === 'files' ? '-r -F' : '-x'
}

/** Source: fish's manual, "Quotes": in single quotes a backslash stands before a quote or a backslash alone. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
