/** As WhatsApp shows it: +919812345678 as +91 98123 45678 where it is Indian, else in groups. */
export function phoneOf(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  const indian = /^(91)(\d{5})(\d{5})$/.exec(digits)
  if (indian) return `+${indian[1]} ${indian[2]} ${indian[3]}`
  return `+${digits.replace(/(\d)(?=(\d{4})+$)/g, '$1 ')}`
}

export const nameOf = ({ name, phone }: { name: string | null; phone: string | null }): string =>
  name || (phone ? phoneOf(phone) : 'Hidden number')
