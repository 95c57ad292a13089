import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Conversation } from '../query/index.ts'
import { printConversations } from './print-conversations.ts'

const ROW: Conversation = {
  client: '192.0.2.1',
  client_port: 50_000,
  server: '2001:db8::1',
  server_port: 443,
  proto: 6,
  app: 'https',
  category: 'web',
  server_name: '',
  started: '2026-01-31T12:00:01.005Z',
  ended: '2026-01-31T12:00:01.205Z',
  duration: 200_000,
  state: 'answered',
  client_by: 'first',
  request_bytes: 1234,
  request_packets: 5,
  request_flows: 1,
  response_bytes: '9007199254740993',
  response_packets: 8,
  response_flows: 1,
  request_flags: 27,
  response_flags: null,
  response_time: null,
  response_time_estimate: 25_000,
  rtt: null,
  rtt_client: null,
  rtt_server: null,
  sampled: false,
  exporters: ['10.0.0.1'],
}

test('estimates are told from what was measured, and what is not known from zero', () => {
  const rows: readonly Conversation[] = [
    ROW,
    { ...ROW, response_time: 700, response_time_estimate: null, duration: 1_500_000 },
    { ...ROW, proto: 1, app: '', client_port: 0, server_port: 0, response_time_estimate: null, duration: 0, state: 'no answer' },
  ]
  assert.deepEqual(
    printConversations(rows)
      .split('\n')
      .map(line => line.split(/ {2,}/)),
    [
      ['started', 'client', 'server', 'app', 'state', 'request', 'response', 'duration', 'answered after'],
      ['2026-01-31 12:00:01.005', '192.0.2.1:50000', '[2001:db8::1]:443', 'https', 'answered', '1.23 k', '9.01 P', '200 ms', '~25 ms'],
      ['2026-01-31 12:00:01.005', '192.0.2.1:50000', '[2001:db8::1]:443', 'https', 'answered', '1.23 k', '9.01 P', '1.5 s', '700 µs'],
      ['2026-01-31 12:00:01.005', '192.0.2.1', '2001:db8::1', '—', 'no answer', '1.23 k', '9.01 P', '0 µs', '—'],
      [''],
    ],
  )
})
