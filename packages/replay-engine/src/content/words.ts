/**
 * 2322 words, each one token both bare and after a space in o200k, cl100k, p50k and r50k, the most frequent first.
 *
 * Written by scripts/write-words.ts.
 */
export const WORDS: readonly string[] = `
with that this from return your have will class public cont more inter part void they const their comp self
time over about stat work function which else also some data private null when other year like name need just
been true there them real comm what value cons would false type were into make result java list than first
import back start only string form look static best under trans most find person help people want long inst
final read test every spec should know well pres hand then through user char require right pass stud very
these product case good prof down where post pour high after even file mark many much could while said used
number serv years event here play print item last program word text current great gener does sign because home
such free before process online take child view break size show model using design check world week book think
business again system call cent point produ being made each place qual found open support create super line
order service develop contin method custom quest state next life request those follow care array different
oper prov organ same intern local site style really main default must game conf object direct available fact
around rest between cour market term error cert android still plus without month disc offer going both project
page report build love client come color cost second content path hist port full appro access effect company
message stand head feel level document team mill health sure invest field things small table protect response
always consider present change range during keep review prom days important little techn three water expl
input interest better room link including mult power index school hard code catch plan family double success
within date account struct something left group might element control services special dist count total base
another image area since vers body give util kind search assert social contact record echo turn email fore
href action able dest required less allow address looking never target material bool param title context video
personal config grow sent options console products money price version include ident children http match
position short update today blog working door based lead comb making activ meet course done quality research
away alle cell light label easy food vari times past four mind along begin source throw house software side
exist cover property given download width protected block called against results perfect prim large needs
benef float thing individual este camp elect respons fund learn status sort thought amount valid live having
land tool display single talk node until func cond educ height cult clean load simple once items output select
original card actually mean often either makes problem getting values deal community connect mass please later
quick night specific ever story initial features details author below store continue space question country
instance cook face send phot args uint press example members study host extra city player major games media
button hold write polit stay save location news pers font hours comes miss women share copy above larg friend
provided focus represent reason season walk pick wait compan close period auto move future writing track click
task dating doing option handle common pack clear created comment info music users human subject network
started role tele pred global temp tell though months length everything relations strong complete known front
points film whether series heart young fall respect watch bring install fast friends stop history someone json
query phone anim popular window unique enter million added article collection virt phys character near join
works prop device render https accept register expected terms energy black perm limit parent went step general
column types format server engine member early weight answer government normal reading issues password apply
received express suggest coll needed events anything correct training switch taking delete center draw seen
internet screen among sing lang session interface impact remove auth natural rate priv loss building feature
actual files init technology brand command comfort background platform grand percent half except selected
words component rights living travel management sites foot language claim fire staff white five everyone conv
stock decl root token issue changes paper cele includes forward filter contract connection tech crit bill
active quite student border mode similar inside soon almost running financial board plant modern currently
flex stream credit office template latest third bank lower nothing regular fill likely usually ready
especially ways models standard requ risk probably params manufact digital condition according cause section
fail song transform knowledge mobile production happy choice matter related recent books security drug players
coming entry pretty desc higher published frame altern official machine virtual sound round sale party touch
arch shows nice progress resources pain sell graph note menu images held drive learning random gest viol
outside rather worth upon policy written vert computer multiple reach instead leave unit feed safe speed
ground kids legal national medical recogn late flow average education database nature ball parts norm imag
comments icon cases collect allows storage charg region skin chat complex fort death cross deep ones hair lock
activity built leading seek cart necessary cool tree wide band memory wrong remember header empty slot release
circ town quant filename practice movie playing star growth aber ability pattern resource photos favorite
floor margin properties charge levels pool avoid parse daily score tools selection capt liter analysis roll
effective updated concept trust sense train club alert fields pages projects gold buffer goal thread starting
notice gets blood views owner associated adult lines rock category shall picture bottom verb college essential
road commit settings sleep names sold photo woman unsigned parents solid lost advert internal hour module trip
positive uses smart green profile diff girl dark transfer groups driver hands fine fresh offset capital piece
shop primary defined warm guide changed worked prime edit dead byte mount former setting stress direction
payment allowed container wood scale distance effects channel raise cash push stuff successful links failed
optim strength stage states conduct printf camera basic drop counter rent login entity callback operation fair
align respond force padding shape existing birth shared fest rules places eyes depend fully flag route theme
commercial culture purpose reference wall statement gran package vector license surface classes thinking slow
dream physical reported cast editor rates intent fight carry tips blue vent felt degree pressure secret
limited released paid master budget stories mother middle spot videos posts moving sometimes core mail maybe
dump baby soft mort shown sample specified attack reve devices straight html prev layer letter adjust rank
campaign court patient sports browser anti steps admin username rich damage actions quer argument panel jobs
nation micro manager healthy played cards heard dress trade layout maximum grid articles heat pair iter
balance chem writer rule exit monitor errors hash tests sand agree turned hospital stack conn detail requires
serial insert psych topic mask meaning volume reader reports metal operator glass setup audio variable sett
central minimum weather album adapt edge thank scene electric sector wind science farm alone cells scient
visual library race mand figure economic rooms pull wire spread resp enable girls shoot loop named testing
mist ster forms wife station population launch mont income builder wear bound father gain burn highest bytes
mere finished thanks script voice objects export spect guard trial agent park technical domain radio secure
dict friendly aren although cache church sets upload seconds listed connected mission cloud estate boost whose
finding reflect cold multi director ahead opening controller external capacity born journal gone posted sexual
processing alloc factor wild artist doctor ment grad critical truth mental ship closed sweet zero efficient
minute shot missing flat male orders directory leader peace unless negative equal scope split adding inner
none civil behavior tail luck pieces older ring haven reset supported origin shift styles poll plot spring
notes construct apps brain stick street heavy seven holiday perhaps quarter expression placed keys laws mess
upper covered rect sharing attribute seeing delay define orient fixed replace onto units handler steel math
football pent mine earth chain danger headers whatever owners remote rows weak duration rating depth cars
winter queue partial classic stars craft bright runs typically square batch generated foreign changing king
mentioned workers jump daughter rain hang destroy fish opened repair keeping faith thus animal generation
loaded leaders registered vote hidden flash west medium submit vision pert pure alter crypt eight parser
filled managed selling aware stone windows mouse pill calling depending proc poly stores plate scan lect
trigger meta loading signed forum occup fuel possibly charges volt stim wine relative walking rend south
native focused mini zone ended quiet crow ride socket sole debug installed phase enum flight visible chart
fruit consumer grade species chemical cloth dates impl conference raised agency seat markets checked binary
creation folder mostly scroll hell execute female cycle battle kill cream carbon inline profit teen bare
asking definition skill tank disabled confidence plugin episode north bird pointer sequence prot axis integer
bear holding colour plane clock angle chair mouth rise approved tags usage isol sheet skip ticket hook forces
quote protein kick hall enabled pret reply dogs gear beat joined timer hide deck blank linked iron widget
exclusive ends terror append binding broken boot tight seed criminal lett ante clinical resolution flags alpha
bike spin plays orig pose snap priority gender holder stre google authors tile fold meal neck absolute texture
bomb identified cher noticed assets motion ignore ordered codes planet unknown crime versions grab lights disk
relation blocks interpret letters fell affected bits reverse accessible edition owned wheel strings doors gard
optional standing drivers termin concert gent summary tested prefix acid formation bringing qualified issued
currency vest cookie framework speech react bind portion checking picked digit modified gang usual draft rand
agents confirmed amen forced buff yard hire housing organic forest lists winner bread proof actor charged
rough reasonable lift warning yellow brown stats nine facts lets boat magic fram frequency wealth span papers
clip urban bang tiny shell chapter assembly stroke arts employment silver tracking boys rust mund houses ages
wrap timeout grown writers functional wave saving contained wake justice river formed coal beer storm fake
marked patch genre chief hero enemy horse mart generic radius arms bone jack metadata bold disable beta weekly
plain packages secondary sections trace escape division evaluate rail eligible league inventory forth licensed
bars wash pron shadow foundation phen dimension boxes circle ending faces checks stable tube cake tracks coin
trained union stem limits thin vice earned worker hyper cock python wallet combat printed grass kernel bench
marks pipe repeat banks strip automatic hole controlled crew sorry rose graduate chip tone bridge organized
bags mile boss fits ultimate overs east gallery inch meter illegal heading plug linear modules addr warn
attach opens sync finger votes seller aval rice breaking ware blogs maps lies tons proxy desktop bearing evil
fiction acts historic rounded compatible heads oven peer brush derived ling toggle oral pole acting fare blind
committee exec phones sect frames mate joining lean peak falls gross flower coord leaf pixel shots outer
claimed alias facebook orange lake pace aver caps bull nick wrapper lands packed medi venue pleasant yards
mint ought weapon neutral gate phrase spir arte sharp pend rated boards stood density shirt tick quit powers
hack bean cycl strike paragraph lambda resident stocks abilities belt bitcoin answered weights moon birds
clone cats activation coins waves spell loads verified eval cuts processor western handled bands locked ener
dependent christ roots steam roads waters chron expr edited println slice wise nutrition apple holes ingen
loader rolling folk grave ranking ordinary plugins hover headed pause endif iterator authorized washing ping
ward ordering asks crop raising matched cone reads quad ende grades immune shed dirty runtime aged anger bell
rang gray hill paste drops ther lease mins grey balls appointed profits balanced verse ghost creator maker
chrom archive ships rush prints vine arrow twitter corn acceptable coat grounds scar charging bite violent
trap responsive pressed venture outs atom actively forums powered anth ports tower orth lasting ties unders
spoken invoke roller plates beans monster activate restricted beam fork hunt mounted burst burg classified
yeah productive shine english flush sequ ding youtube nuts feeding lying closure bash spawn makers alien
rolled ears dash knife pants stones brace angular guns bugs runner marine scripts hood wiki lane horn prep
icons panic gram wing minus gradient worm hello bones mast hammer activated shield pine rack starter cycles
planes utter commerce chin tier armed missions pins aging chant chains flows slave jury blade killer embed
worthy angles guided redd chrome blocking fleet packing blast shake forming gravity dragon angel strap dated
holders animate occupied ethical lear fortune crafted racial hung cube casting lust shore prototype encrypted
biology aligned educated boats ample lined woods assuming stairs arter locks fires atomic poses lifting backs
regulated mega ming punk lining rats chlor ours docs stead acre anch castle sticks duct feat brew masters
armor mans lime forcing tones reck fried formerly archives rocket rage unity rape helm undo guards fighter
bots lace stro mods acted quarters cakes orbit sudo docker juven stab bucks weed bour bolt pard rupt annot
oxide john builders aston bred wolf linger github locking flies acet lord boarding linux akin ether witch raid
avid phil hips haul fighters inning posed pled robe stellar liner storms odor illusion usable abol ration wart
cess gren excluding eman stakes leasing ants grim hunter javascript wives oval pictured boxing mates berries
ally rant ions artisan antic ounces aired intestinal keeper bart reddit athe intel owing resent mage wagon
ruby raft notation coded owed tion ounce lest agon nets grading outing maid empt frog biased addon breaker
omin poke misc ridge forge icing antis posing pillar elong borne amber paced leases bury skirts caster bishop
operative ashes verbs olds riot borough graded usher uber brid cape tails airs cling casts leased resh esteem
amps lash heed beck anus itch bows antics unic ridden asses angled wards rites
`
  .trim()
  .split(/\s+/)
