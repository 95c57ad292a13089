import { APPLICATIONS, CATEGORIES, NBAR_SELECTORS, type Application } from '../../src/enrich/applications/index.ts'
import { code, page, table } from './markdown.ts'

const INTRO = [
  `FlowLens gives each flow an application, a category, and the column ${code('app_source')}, which tells how the application was found. Only what can be known is named: a flow between two ports nobody knows has no application.`,
  '## How a flow gets its name',
  'The first of these that tells something wins.',
  [
    `1. **Your own rules** (${code('rule')}): [Name your own applications](../how-to/applications.md).`,
    `2. **What the exporter said** (${code('exporter')}): a name in the record or in its application table, as NBAR, nDPI and App-ID send them, in our spelling and with our category; a name FlowLens does not know stays, in lower case. Then an application id of RFC 6759 whose engine is IANA’s: an IP protocol or a port; or Cisco’s NBAR, of whose numbers ${NBAR_SELECTORS.length} are known without its table (${code('option application-table')}, which tells all of them). Then a flow it measured as RTP. Words for “unknown” are no names.`,
    `3. **The server’s name** (${code('server_name')}): TLS server name or HTTP host, by the longest suffix below. A flow that asks for a name is DNS, not what it asks for.`,
    `4. **The port** (${code('port')}), of the server. A SYN alone is the client’s, and a single packet with SYN and ACK the server’s; a record of both directions begins with the client; else the lower port that is known.`,
    `5. **The protocol** (${code('protocol')}): ICMP, GRE, ESP, OSPF and others that have no ports; those not listed here have the name IANA gives them.`,
  ].join('\n'),
  'Limits: without a server’s name, what runs over port 443 is `https` or `quic` and no more, and media between ports that two parties agreed upon (RTP) stays unknown unless the exporter measured it. A client whose port happens to be one of the list, towards a server whose port is not, is taken for that service when only one direction is told and no SYN.',
  'How much that is: of the bytes of an ordinary office, of which 4.6 % run between ports that nobody can know, 95 % get the right application by ports and protocols alone, and 0.2 % a wrong one (`src/enrich/share.test.ts`, whose shares are an estimate). Yours depends on what runs there; [your own rules](../how-to/applications.md) name the rest.',
] as const

/** Runs of ports as ranges: `8801-8804`. */
function ranges(ports: readonly number[]): string {
  const sorted = ports.toSorted((a, b) => a - b)
  const starts = sorted.filter((port, index) => sorted[index - 1] !== port - 1)
  return starts
    .map(first => {
      let last = first
      while (sorted.includes(last + 1)) last++
      return first === last ? `${first}` : `${first}-${last}`
    })
    .join(', ')
}

function places({ tcp, udp, sctp, protocols }: Application): string {
  const lists = [
    ['TCP', tcp],
    ['UDP', udp],
    ['SCTP', sctp],
    ['IP protocol', protocols],
  ] as const
  return lists.flatMap(([name, numbers]) => (numbers.length === 0 ? [] : [`${name} ${ranges(numbers)}`])).join('; ')
}

const codes = (words: readonly string[]): string => words.map(code).join(' ')

/** The reference of applications and categories. */
export function applicationsPage(): string {
  return page(
    'the lists in `src/enrich/applications/`',
    'Applications and categories',
    ...INTRO,
    '## Categories',
    table(
      ['Category', 'Label', 'What it is'],
      CATEGORIES.map(({ name, label, doc }) => [code(name), label, doc]),
    ),
    ...CATEGORIES.flatMap(({ name, label }) => [
      `## ${label}`,
      table(
        ['Application', 'Ports of the server', 'Names of servers end in', 'Exporters also say'],
        APPLICATIONS.filter(({ category }) => category === name).map(application => [
          code(application.name),
          places(application),
          codes(application.suffixes),
          codes(application.otherNames),
        ]),
      ),
    ]),
  )
}
