const ofShards = ['--shard', '--start-at', '--profile-after']

/** The words of a command line without what makes it a shard: they do the whole run. */
export function unshardedWords(words: readonly string[]): string[] {
  return words.filter((word, i) => {
    const isFlag = ofShards.some((flag) => word === flag || word.startsWith(`${flag}=`))
    return !isFlag && !ofShards.includes(words[i - 1] ?? '')
  })
}
