/** "10.244.0.5:10250", "[fd00::5]:10250". Source of truth: Go's net/ipsock.go (JoinHostPort). */
export function joinHostPort(host: string, port: number | string): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
