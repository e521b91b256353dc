from allauth.account.stages import EmailVerificationStage


class AddressStage(EmailVerificationStage):
    """Confirms the e-mail address of those who signed up or sign in with one; a confirmed mobile number is as good."""

    def handle(self):
        user = self.login.user
        by_mobile = not self.login.email and (user is None or not user.email or user.mobile_verified_at)
        return (None, True) if by_mobile else super().handle()
