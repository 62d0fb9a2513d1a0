/** What stands where a secret would be put: in templates, documentation and examples. */
const PLACEHOLDER =
  /x{5,}|\*{3,}|\.{3}|…|0{10,}|(?<![a-z])(?:your|my|the|some|insert|replace|change)[-_ ]|example|placeholder|redacted|change_?me|dummy|fake|foobar|not[-_]?(?:a|real)|<[^>]{1,80}>|\{\{|\$\{|\$\(|%[A-Z_]{2,40}%|process\.env|os\.environ/i;

/** Hosts that nobody reaches (RFC 2606, RFC 6761) or only from this machine. */
const PRIVATE_HOST =
  /@(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1\]?|host\.docker\.internal|(?:[\w-]{1,63}\.){0,8}(?:example(?:\.(?:com|org|net))?|test|invalid|localhost|local|internal)|(?:db|database|postgres|mysql|mongo|mongodb|redis|rabbitmq|host|server|hostname))(?=[:/?#\s"'`,;)]|$)/i;

/** Passwords of examples and of containers on a developer's machine. */
const EXAMPLE_PASSWORD =
  /^(?:pass(?:word|wd)?\d{0,4}|pw|pwd|secret|token|hunter2|test(?:ing|er|pass|password)?\d{0,3}|admin|root|user|guest|demo|foo|bar|baz|abc|postgres|mysql|mongo|redis|x-oauth-basic|x-access-token|letmein|qwerty|s3cr3t|p[a4@]ssw[o0]rd|[a-z]|\d{1,6})$/i;

/** Whether a text only stands for a secret. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) || /^(.)\1*$/.test(value.slice(0, 200)) || countDistinct(value) < 4;
}

/** User, password and what follows them in a URL. */
const CREDENTIALS = /:\/\/([^\s:/@]{1,256}):([^\s@]{1,256})(@[^\s]{0,300})/;

/** Whether the credentials in a URL are an example or open nothing beyond this machine. */
export function isExampleUrl(url: string): boolean {
  const match = CREDENTIALS.exec(url);
  if (match === null) return false;
  const [, user = '', password = '', host = ''] = match;
  return (
    user === password || EXAMPLE_PASSWORD.test(password) || PRIVATE_HOST.test(host) || isPlaceholder(password)
  );
}

function countDistinct(value: string): number {
  return new Set(value.slice(0, 200)).size;
}

/** Shannon entropy of the characters, bits each. */
export function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** Real Slack tokens have long numbers in them; `xoxb-your-token` and `xoxb-test` have not. */
export function isSlackToken(value: string): boolean {
  return value.length >= 24 && (value.match(/\d/g) ?? []).length >= 9;
}

/** How often neighbours follow each other in the alphabet: `abcdef`, `123456`. */
function isSequence(value: string): boolean {
  let steps = 0;
  for (let index = 1; index < value.length; index += 1) {
    if (Math.abs(value.charCodeAt(index) - value.charCodeAt(index - 1)) <= 1) steps += 1;
  }
  return steps > value.length / 2;
}

/** Words joined by case, dots, dashes or slashes: names of things, not secrets. */
const NAME_LIKE =
  /^(?:[A-Za-z]{1,30}(?:[-_./: ][A-Za-z]{1,30}){0,12}\d{0,2}|[a-z]{1,30}(?:[A-Z][a-z]{1,30}){0,12}\d{0,2}|(?:[A-Z][a-z]{1,30}){1,12}\d{0,2}|[A-Z]{1,30}(?:_[A-Z0-9]{1,30}){0,12})$/;

/**
 * Whether the value of something called a password or a key looks like one: no name, no path, no template, letters
 * with digits or signs, and enough variety. Errs on the side of silence.
 */
export function looksGenerated(value: string): boolean {
  if (value.length < 10 || value.length > 200 || isPlaceholder(value) || isSequence(value)) return false;
  if (NAME_LIKE.test(value) || /^(?:\.{0,2}\/|~\/|[a-z][\w+.-]{1,15}:\/\/|#|@|data:|urn:|arn:)/i.test(value))
    return false;
  if (/[\s(){}[\]<>,;]/.test(value) || EXAMPLE_PASSWORD.test(value)) return false;
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((pattern) => pattern.test(value)).length;
  const digits = (value.match(/\d/g) ?? []).length;
  return classes >= 2 && digits >= 2 && entropyOf(value) >= (value.length < 16 ? 2.9 : 3.3);
}
