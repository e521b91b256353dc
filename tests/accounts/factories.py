"""Plain rows of people and branches. Accounts have confirmed addresses, as the verbs of `opening` leave them."""

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from config.accounts.models import Branch, Role, User

PASSWORD = "three blue kettles sing"


class BranchFactory(DjangoModelFactory):
    class Meta:
        model = Branch
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"B{n:04d}")
    name = factory.Sequence(lambda n: f"测试支行{n}")
    acquirer_code = "01025840"
    area_code = "5840"
    phone = "0755-82345678"


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = User
        abstract = True
        skip_postgeneration_save = True

    full_name = factory.Sequence(lambda n: f"王小明{n}")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted or PASSWORD)
        if create:
            self.save()

    @factory.post_generation
    def confirmed(self, create, extracted, **kwargs):
        if create and self.email and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class StaffFactory(PersonFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"staff{n}@bank.example")
    is_staff = True
    role = Role.REVIEWER
    branch = factory.SubFactory(BranchFactory)


class MerchantUserFactory(PersonFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"owner{n}@shop.example")
