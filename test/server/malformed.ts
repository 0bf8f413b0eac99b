/** @file Requests that nobody should send, drawn at random. */
import sharp from 'sharp';
import type { Random } from '#src/core/random.js';
import { hugePng } from '../data/pictures.js';

const PATHS = [
  '/../../../etc/passwd',
  '/..%2f..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/assets/../../package.json',
  '/assets/..%5c..%5cpackage.json',
  '/%00',
  '/index.html%00.png',
  '/api/pictures/0%00',
  '/api/pictures/../run',
  '/api/pictures/%2e%2e%2f0/thumbnail',
  '/api/pictures//thumbnail',
  '/api/pictures/-1',
  '/api/pictures/1e3',
  '/api/pictures/0x1',
  '/api/pictures/NaN',
  '/api/pictures/99999999999999999999',
  '/api/pictures/72',
  '/api/pictures/1.5/neighbours',
  '/api/pictures/%F0%9F%90%88',
  '/api/pictures/0/thumbnail?size=63',
  '/api/pictures/0/thumbnail?size=128&size=64',
  '/api/pictures/0/thumbnail?size=__proto__',
  '/api/pictures/0/neighbours?k=0',
  '/api/pictures/0/neighbours?k=1e9',
  '/api/pictures/0/neighbours?k=1&k=2',
  '/api/pictures/0/neighbours?compare=everything',
  '/api/pictures/0/explanation?views=99',
  '/api/pictures/0/explanation?seed=-1',
  '/api/pictures?q=%',
  '/api/pictures?q=%ff%fe&limit=-1',
  '/api/pictures?offset=1e99',
  `/api/pictures?q=${'a'.repeat(3000)}`,
  '/api/pictures?limit[]=1',
  '/api/duplicates?threshold=2',
  '/api/duplicates?threshold=-0.5',
  '/api/duplicates?threshold=NaN',
  '/api/duplicates?threshold=0',
  '/api/outliers?limit=1001',
  '/api/map/status/x',
  '/api',
  '/api/',
  '/API/run',
  '/constructor',
  '/__proto__',
  '/api/__proto__',
  '//evil.example/',
  'http://evil.example/api/run',
  '*',
  '',
  'api/run',
  '\\\\evil\\share',
  '/%',
  '/%zz',
  '/%c0%ae%c0%ae/',
  '/caf\xe9',
  '/a b',
  '/api/run#x',
  '/?token=',
  `/${'a'.repeat(5000)}`,
  `/${'../'.repeat(500)}etc/passwd`,
  `/${'%2e%2e/'.repeat(300)}`,
  `/${'a/'.repeat(2000)}`,
];
const METHODS = [
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'get',
  'G\0T',
  'PRI',
  'M'.repeat(99),
];
const HEADERS = [
  'Host: evil.example',
  'Host: evil.example\r\nHost: 127.0.0.1',
  'Host:',
  'Host: [::1',
  'Host: 127.0.0.1:99999',
  'Host: 127.0.0.1@evil.example',
  'Host: localhost\\@evil.example',
  'Origin: null',
  'Origin: https://evil.example',
  'Origin: http://127.0.0.1.evil.example',
  'Origin: file://',
  'Sec-Fetch-Site: cross-site',
  'Expect: 100-continue',
  'Expect: miracles',
  'Upgrade: websocket\r\nConnection: Upgrade',
  'Connection: close, keep-alive, x',
  'Content-Length: -1',
  'Content-Length: abc',
  'Content-Length: 1e3',
  'Content-Length: 999999999999',
  'Content-Length: 5\r\nContent-Length: 6',
  'Content-Length: 5\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: gzip',
  'Transfer-Encoding: chunked, chunked',
  'Range: bytes=0-',
  'If-None-Match: \xff',
  'Cookie: a=b; instdisc=%ff%00; =;;;',
  'Authorization: Bearer',
  'Accept: text/csv;q=\xff',
  'No colon',
  ' Leading: space',
  'Nul: a\0b',
  `Long: ${'x'.repeat(20_000)}`,
  'Many: x\r\n'.repeat(500).trim(),
  'Content-Encoding: gzip',
  'Last-Event-ID: -1e9',
  'X-Forwarded-Host: evil.example',
];
const TYPES = [
  'application/json',
  'application/json; charset=utf-7',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  `multipart/form-data; boundary=${'x'.repeat(200)}`,
  'application/x-www-form-urlencoded',
  'image/png',
  'x',
  '',
];
const JSONS = [
  '',
  'null',
  '[]',
  '{}',
  '{"labels":',
  '{"labels":[]}',
  '{"labels":[{"row":-1,"label":"a"}]}',
  '{"labels":7}',
  '{"labels":[{"row":0,"label":""}]}',
  '{"labels":[{"row":72,"label":"a"}]}',
  '{"labels":[{"row":0.5,"label":"a"}]}',
  '{"labels":[{"row":0,"label":"a"}],"k":0}',
  '{"labels":[{"row":0,"label":"a"}],"tau":0}',
  '{"labels":[{"row":0,"label":"a"}],"tau":1e-320}',
  '{"labels":[{"row":1e999,"label":"a"}]}',
  '{"labels":[{"row":0,"label":"\\ud800"}]}',
  '{"__proto__":{"labels":[]}}',
  '\ufeff{}',
  '"'.repeat(99),
  '['.repeat(50_000),
  `{"labels":[${'{"row":0,"label":"a"},'.repeat(5000)}]}`,
  `{"a":${'{"a":'.repeat(9000)}`,
];
const FORMS = [
  '--x\r\n\r\n--x--',
  '--x\r\nContent-Disposition: form-data; name="picture"\r\n\r\nno file\r\n--x--',
  '--x\r\nContent-Disposition: form-data; name="picture"; filename="../../a.png"\r\n\r\nno picture\r\n--x--\r\n',
  '--x',
  '--x\r\n'.repeat(2000),
  'picture=1&picture=2',
];
const CHUNKS = [
  '5\r\nhello\r\n',
  'zz\r\nhello\r\n',
  '-1\r\n\r\n',
  'ffffffffffffffff\r\n',
  '5\r\nhel',
  '0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
];
const POSTS = [
  '/api/search',
  '/api/search?k=3',
  '/api/embed',
  '/api/classify',
  '/api/run',
  '/',
  '/api/search?compare=x',
];

/** Files that are nearly pictures. */
export async function brokenPictures(random: Random): Promise<Uint8Array[]> {
  const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, () => random.integer(256)));
  const whole = sharp(noise, { raw: { width: 64, height: 64, channels: 3 } });
  const files = [
    await whole.clone().jpeg().toBuffer(),
    await whole.clone().png().toBuffer(),
    await whole.clone().webp().toBuffer(),
  ];
  files.push(await whole.clone().gif().toBuffer(), await whole.clone().tiff().toBuffer());
  // More pixels than are allowed, and a size that is not true.
  const bomb = hugePng(12_000, 12_000);
  const liar = Buffer.from(files[1]!);
  liar.writeUInt32BE(60_000, 16);
  liar.writeUInt32BE(1_000, 20);
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
  );
  return [
    ...files.map((file) => file.subarray(0, 20 + random.integer(file.length - 20))),
    ...files.map((file) => flipped(file, random)),
    ...files.map((file) => Buffer.concat([file.subarray(0, 12), noise])),
    bomb,
    hugePng(9_000, 9_000),
    liar,
    svg,
    noise,
    Buffer.alloc(0),
    Buffer.from('%PDF-1.4\n'),
    Buffer.from('BM'),
  ];
}

/** The file with a few bytes changed. */
function flipped(file: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(file);
  for (let i = 0; i < 5; i++) copy[random.integer(copy.length)] = random.integer(256);
  return copy;
}

/** One request. */
export interface Malformed {
  readonly bytes: Buffer;
  /** Whether a server must wait for more, which does not come: the client hangs up. */
  readonly isCut: boolean;
}

export function malformed(random: Random, port: number, pictures: readonly Uint8Array[]): Malformed {
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)]!;
  const host = `Host: 127.0.0.1:${port}`;
  const request = (
    method: string,
    path: string,
    headers: readonly string[],
    body: Uint8Array = new Uint8Array(),
  ): Buffer =>
    Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
  const post = (body: Uint8Array, type: string, length = body.length): Buffer =>
    request('POST', pick(POSTS), [host, `Content-Type: ${type}`, `Content-Length: ${length}`], body);
  const whole = (bytes: Buffer): Malformed => ({ bytes, isCut: false });
  const cut = (bytes: Buffer): Malformed => ({ bytes, isCut: true });
  switch (random.integer(9)) {
    case 0:
      return whole(request('GET', pick(PATHS), [host]));
    case 1:
      return whole(request(pick(METHODS), pick(['/', '/api/run', '/api/pictures/0/thumbnail', ...PATHS]), [host]));
    case 2: {
      const method = pick(['GET', 'POST', 'HEAD']);
      return whole(request(method, pick(['/', '/api/run', '/api/search']), [host, pick(HEADERS), pick(HEADERS)]));
    }
    case 3:
      return whole(post(Buffer.from(pick(JSONS)), pick(['application/json', pick(TYPES)])));
    case 4:
      return whole(post(Buffer.from(pick(FORMS)), pick(TYPES)));
    case 5:
      return whole(post(pick(pictures), pick(['image/jpeg', pick(TYPES)])));
    case 6: // More is promised than comes.
      return cut(post(pick(pictures).subarray(0, 100), 'image/png', 101 + random.integer(1e6)));
    case 7: {
      const headers = [host, 'Transfer-Encoding: chunked', `Content-Type: ${pick(TYPES)}`];
      return cut(request('POST', pick(POSTS), headers, Buffer.from(pick(CHUNKS))));
    }
    default: // Not HTTP.
      return cut(Buffer.from(Array.from({ length: 1 + random.integer(200) }, () => random.integer(256))));
  }
}
