import { LONGEST_WORD } from './phrases.ts'
import { WORDS } from './words.ts'

/** What prompts can be made of beside the words of a text. */
export const CONTENTS = ['english', 'code', 'random'] as const
export type Content = (typeof CONTENTS)[number]

/** More take longer to check against a server than they add in variety. */
const MOST_WORDS = 4_096

/** Words that programs are full of; those of them that are one token in the usual vocabularies are in `WORDS`. */
const CODE = new Set(
  `abort action admin agent alias align alloc alpha anchor android angular animate annot api app append apply apps arch args array assert assign
  async atom attach attribute auth author auto await axis back background backend balance bar base bash batch bean begin beta bind binding bit bits
  block blocks bold bool boolean boot border bottom bound bounds box branch break browser budget buf buff buffer bug bugs build builder bundle
  business button byte bytes cache call callback camera cancel cap card cart case cast catch cell cert chain change channel char character chars
  chart check checked child children choice chrom class clean clear click client clip clone close closed cloud cluster code codes coll collect
  collection color cols column columns com command comment comments commit common comp compare compat compile complete component cond
  condition config confirm conn connect connected connection const construct constructor container content context control controller convert
  cookie coord copy core count counter cpu create created cross crypt css cube cur current cursor custom cycle dark dash data database date debug
  decl decode def default define defined delay delete depth desc description design dest detail details dev device dialog dict diff digit dim
  dimension dir direction directory disable disabled disk dispatch display dist div doc docker docs document domain done double down download
  draw drive driver drop dump duration dynamic edge edit editor element elem else email embed empty enable enabled encode encoding end
  endif ends engine entity entry enum env equal error errors escape eval event events exact exception exec execute exit expect exports
  expr expression extend extends extension external extra factor factory fail failed false fetch field fields file filename files fill filter
  final find finish first fixed flag flags flat float flow flush focus folder font force fork form format forward found frame framework free from
  front full func function future gap gate gen generate generated generator generic get git given global goto grad graph grid group groups guard
  hand handle handler hash head header headers height hidden hide hook host hosts hover href html http https icon icons image images impl
  implement import imports include index info inherit init initial inline inner input insert inst install instance int integer interface internal
  into invoke item items iter iterator java javascript job jobs join json keep kernel key keyboard keys kind label lambda lang language last layer
  layout leaf left length less level lib library limit limits line lines link linked linux list listen listener lists load loaded loader
  loading local location lock log logger logging login long loop lower machine macro main make manager map mapping mark mask master match math
  matrix max maximum mean member memory menu merge message messages meta metadata method methods mid min mini minimum minus mock mod modal mode
  model models module modules monitor mount mouse move multi mutable name named names native nav needed network never next node nodes none norm
  normal not note notes notice null num number object objects offset on onload open operation operator opt option optional options order origin
  other out outer output over overflow override owner pack package packages pad padding page pages pair panel param parameter params parent
  parse parsed parser part partial parts pass password patch path pattern pause pending per perform phase pick pipe pixel place plain platform
  play plot plugin plugins point pointer points pool pop port pos position post power pre prefix prepare press prev print printf private proc
  process processing processor product profile program progress project prop properties property props prot proto prototype provider proxy
  public pull push put python quad query queue quote radius raise random range rank rate raw react read reader ready real receive record
  rect redirect ref reference refresh reg region register registered regular relative release reload remote remove render repeat replace reply
  report repository request require required res reset resize resolution resource response rest result results resume ret return reverse
  right role root rotate round route router row rows rule rules run runner running runtime safe sample save scale scan schedule schema
  scope score screen script scripts scroll search second section secure seed select selected selection selector self send sender sent sequence
  serial server service session set setting settings setup shadow shape share shared shell shift short show side sign signal signed simple
  single size skip sleep slice slot small snap socket sort source space span spawn spec split spring sql stack stage standard start starting
  state statement static stats status step steps stop storage store stream strict string strings strip struct structure style sub subject submit
  success suite sum super support switch symbol sync system tab table tag tags target task tasks temp template temporary term terminal test
  tests text theme then this thread threads throw tick ticket time timeout timer times title token tokens tool top total touch trace track
  train transaction transfer transform translate transport tree trigger trim true tuple turn type types undefined unicode union unique unit
  units unknown unsigned until update upload upper url usage use used user username users using util utils valid validate validation value
  values var variable vector verify version vertex vertical via video view views visible visit void wait warn warning watch web weight where
  while widget width window windows wire word words work worker workers wrap wrapper write writer xml yield zero zone zoom`.split(
    /\s+/,
  ),
)

/** The words of a kind of content, to be checked against the server's tokenizer like any. */
export function wordsOfContent(content: Content): readonly string[] {
  if (content === 'english') return WORDS
  if (content === 'code') return WORDS.filter((word) => CODE.has(word))
  return [...letterPairs()]
}

/** The words of a text that can stand in a prompt, the most frequent first; a name in a program is the words that it is put together of. */
export function wordsOfText(text: string): readonly string[] {
  const times = new Map<string, number>()
  const apart = text.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  for (const [word] of apart.matchAll(/(?<![\p{L}\p{N}])[a-z]+(?![\p{L}\p{N}])/gu))
    if (word.length > 1 && word.length <= LONGEST_WORD) times.set(word, (times.get(word) ?? 0) + 1)
  const byFrequency = [...times].sort(([one, ones], [other, others]) => others - ones || (one < other ? -1 : 1))
  return byFrequency.slice(0, MOST_WORDS).map(([word]) => word)
}

/** Two letters are one token in nearly all vocabularies, and mean nothing in any language. */
function* letterPairs(): Generator<string> {
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  for (const first of letters) for (const second of letters) yield first + second
}
