import { lineAt, type Files } from './files.ts'

/** Frequent mistakes and what was meant, one a line. A short list that never errs, rather than a dictionary that must be fed. */
const MISTAKES = new Map(
  `
  abbrevation abbreviation · absense absence · acceptible acceptable · accessable accessible · accidently accidentally · accross across
  acheive achieve · acknowlege acknowledge · acuracy accuracy · addional additional · addtional additional
  adress address · adresses addresses · agressive aggressive · allready already · alot a lot · alltogether altogether · amout amount
  apparantly apparently · appearence appearance · appropiate appropriate · aquire acquire · arbitary arbitrary · archtecture architecture
  arguement argument · asign assign · assigment assignment · assymetric asymmetric · asynchonous asynchronous · attatch attach
  automaticaly automatically · auxillary auxiliary · availabe available · availble available · avaliable available · basicly basically
  becuase because · befor before · begining beginning · behavoir behaviour · beleive believe · boundry boundary · bufer buffer
  calender calendar · catagory category · changable changeable · charachter character · charater character
  collecter collector · comand command · comming coming · commited committed · comparision comparison · compatability compatibility
  compatable compatible · completly completely · concious conscious · configuraton configuration · connecton connection · consistant consistent
  containes contains · contraint constraint · contructor constructor · convertion conversion · coresponding corresponding · correponding corresponding
  correspoding corresponding · curently currently · currenly currently · decendant descendant
  defaut default · definate definite · definately definitely · defintion definition · delimeter delimiter · dependancy dependency
  dependant dependent · depricated deprecated · descripton description · desciption description · desireable desirable · destory destroy
  developement development · diffrent different · dimention dimension · disapear disappear · discription description · distibuted distributed
  documenation documentation · doesnt doesn't · dont don't · dupplicate duplicate · effecient efficient · embarass embarrass
  enviroment environment · environement environment · equiped equipped · equivalant equivalent · errror error · esential essential
  exaclty exactly · exagerate exaggerate · excecute execute · exemple example · exection execution · existance existence · exisiting existing
  expecially especially · explaination explanation · explicitely explicitly · exporteur exporter · extention extension · failiure failure
  familar familiar · feild field · finaly finally · fom from · foward forward · freqency frequency · frequncy frequency · fucntion function
  futher further · garantee guarantee · generaly generally · guage gauge · guaranted guaranteed · happend happened · hardward hardware
  harware hardware · heirarchy hierarchy · identifer identifier · immediatly immediately · implemenation implementation · implementaion implementation
  incomming incoming · inconsistant inconsistent · independant independent · indexs indexes · infomation information · informations information
  inital initial · initalize initialize · initilize initialize · innacurate inaccurate · instal install · instanciate instantiate · intance instance
  intepret interpret · interfer interfere · interger integer · intermittant intermittent · internaly internally · interupt interrupt
  intialize initialize · invaild invalid · irrelevent irrelevant · lable label · langauge language · lastest latest · lenght length
  liason liaison · libary library · listner listener · maintainance maintenance · maintainence maintenance
  managment management · manualy manually · maximun maximum · mesage message · messege message · minimun minimum · miniscule minuscule
  mispell misspell · missmatch mismatch · modifed modified · mulitple multiple · multple multiple · neccessary necessary · necesary necessary
  nessecary necessary · netwrok network · noticable noticeable · nubmer number · occassion occasion · occured occurred · occurence occurrence
  occuring occurring · offical official · ommit omit · ommited omitted · oportunity opportunity · optionnal optional · orginal original
  orignal original · outter outer · overriden overridden · paramater parameter · paramter parameter · parrallel parallel · particulary particularly
  pasword password · perfomance performance · performace performance · permanant permanent · permision permission · persistant persistent
  plese please · posible possible · posibility possibility · posession possession · preceeding preceding · precison precision · prefered preferred
  presense presence · previosly previously · priviledge privilege · privilige privilege · probaly probably · proceedure procedure · proccess process
  processer processor · programatically programmatically · propery property · prosess process · protocal protocol · protcol protocol
  publically publicly · querys queries · reachs reaches · realy really · recieve receive · recieved received · reciever receiver
  recomend recommend · recommanded recommended · recieving receiving · reccuring recurring · redundent redundant · refered referred
  referrence reference · regluar regular · regulary regularly · relevent relevant · reliablity reliability · remaing remaining · repetion repetition
  replacable replaceable · requred required · reponse response · requirment requirement · resouce resource · responce response · retreive retrieve
  retrive retrieve · reuqest request · rigth right · runing running · samplig sampling · seach search · secific specific · seperate separate
  seperated separated · seperator separator · sequencial sequential · seqence sequence · shoud should · similiar similar · simultanous simultaneous
  sofware software · somthing something · sould should · specfic specific · specifed specified · standart standard · statment statement
  stategy strategy · stoped stopped · strenght strength · strucutre structure · succesful successful · succesfully successfully · successfull successful
  sucess success · sucessful successful · suficient sufficient · supress suppress · suport support · suported supported · suprise surprise
  synchonous synchronous · syncronous synchronous · syntatic syntactic · teh the · temperary temporary · templete template · temporarly temporarily
  therefor therefore · threshhold threshold · througout throughout · throught through · thier their · tranfer transfer · transfered transferred
  transision transition · transmision transmission · treshold threshold · truely truly · typicaly typically · unecessary unnecessary
  unforseen unforeseen · unfortunatly unfortunately · unkown unknown · unknow unknown · untill until · usefull useful · usally usually
  useage usage · utilites utilities · vaild valid · valididate validate · verison version · vaule value · visable visible · wether whether
  wheter whether · wich which · withing within · witout without · writen written · writting writing · wrondly wrongly · yeild yield
  `
    .split(/[·\n]/)
    .map(pair => pair.trim())
    .filter(pair => pair !== '')
    .map(pair => [pair.slice(0, pair.indexOf(' ')), pair.slice(pair.indexOf(' ') + 1)] as const),
)

/** Finds misspelt words, also as parts of a name (`recievedAt`, `max_lenght`), and a small word written twice (`the the`). */
export function checkSpelling(files: Files): readonly string[] {
  return [...files].flatMap(([path, text]) => {
    const found: string[] = []
    for (const match of text.matchAll(/[A-Za-z][a-z]+(?:'[a-z]+)?/g)) {
      const right = MISTAKES.get(match[0].toLowerCase())
      if (right !== undefined) found.push(`${path}:${lineAt(text, match.index)}: ${match[0]}, meant is ${right}`)
    }
    // In code the same word may well stand twice: `for (const template of of)`.
    const prose = path.endsWith('.md') ? text : text.replaceAll(/^(?!\s*(?:\/\/|\/?\*)).*$/gm, '')
    for (const match of prose.matchAll(/\b(a|an|and|by|for|from|of|or|the|to|with)[ \t]+\1\b(?![-.'’_(=:])/gi)) {
      found.push(`${path}:${lineAt(prose, match.index)}: ${match[0]}: a word too many`)
    }
    return found
  })
}
