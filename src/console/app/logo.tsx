import logo from '../favicon.svg'

export const Logo = ({ size }: { size: number }) => <img src={logo} width={size} height={size} alt="" />
